import type { Book } from "../../../contract/catalogue.ts";
import type { BookField } from "../../catalogue/domain/merge/book-fields.ts";
import { KV_IMPORT } from "../../catalogue/domain/legacy/stored-value.ts";
import {
  FIELD_GROUPS,
  speaksTo,
  type FieldGroup,
} from "../../catalogue/domain/legacy/field-groups.ts";
import { claimOf, isGroupBlank, ownerOf } from "../../catalogue/domain/legacy/fold.ts";
import {
  compareRank,
  readKey,
  type KeyReading,
  type KeyRecord,
  type KeyValue,
} from "../../catalogue/domain/legacy/key-record.ts";
import {
  differenceOf,
  type FieldDifference,
} from "../../catalogue/domain/legacy/field-difference.ts";
import type { HeldBook, HeldBooks } from "../../catalogue/domain/legacy/held-book.ts";
import type { KeyFault, PagePlan } from "./page.ts";
import { tallyOf, type KeyTally } from "./run.ts";

/**
 * How a key and its row can disagree. `missing`: no row. `differs`: a field is not what the key says, and no source
 * explains it. `columnVsBlob`: the row contradicts itself. `superseded`: a newer source explains the difference; the one
 * that does not count.
 */
export type Difference = "missing" | "differs" | "columnVsBlob" | "superseded";

type BookReading = Extract<KeyReading, { kind: "book" }>;

/** Compares a page of keys with their rows, every field. Nothing is to be written but what was found. */
export function planValidationPage(
  entries: readonly KeyValue[],
  held: HeldBooks,
  startedAt: number,
): PagePlan {
  const faults: KeyFault[] = [];
  const tallies = entries.map((entry): KeyTally => {
    const reading = readKey(entry, startedAt);
    const found = faultsOf(entry.key, reading, held);
    faults.push(...found);
    const worst = found.find(({ reason }) => reason !== "superseded") ?? found[0];
    const shape = reading.kind === "book" ? { shape: reading.shape } : {};
    if (worst !== undefined) {
      const outcome = worst.reason === "superseded" ? "unchanged" : "failed";
      return { outcome, ...shape, reason: worst.reason };
    }
    return reading.kind === "book"
      ? { outcome: "migrated", ...shape }
      : { outcome: "skipped", reason: reading.reason };
  });
  return { rows: [], keys: [], forget: [], faults, tally: tallyOf(tallies) };
}

function faultsOf(key: string, reading: KeyReading, held: HeldBooks): KeyFault[] {
  if (reading.kind === "book") return compareKey(reading, held.get(reading.record.isbn));
  const own = reading.kind === "skipped" && reading.reason === "own" ? reading.book : undefined;
  return own === undefined ? [] : compareOwn(key, own, held.get(own.isbn));
}

function compareKey({ record, book }: BookReading, held: HeldBook | undefined): KeyFault[] {
  const { key } = record;
  if (held?.stored === undefined) return [fault(key, "missing", [])];
  const row = held.stored.book;
  const differs: FieldDifference[] = [];
  const superseded: FieldDifference[] = [];
  for (const group of FIELD_GROUPS) {
    const differences = compareGroup(book, row, group);
    if (differences.length === 0) continue;
    const verdict = explain(record, book, held, group);
    if (verdict === "differs") differs.push(...differences);
    if (verdict === "superseded") superseded.push(...differences);
  }
  return [
    ...(differs.length > 0 ? [fault(key, "differs", differs)] : []),
    ...(held.columnDifferences.length > 0
      ? [fault(key, "columnVsBlob", held.columnDifferences)]
      : []),
    ...(superseded.length > 0 ? [fault(key, "superseded", superseded)] : []),
  ];
}

/**
 * Our own entry is a copy of the row as it was, which may have moved on since. But of one source and one date both must
 * say the same: where they do not, somebody changed the row by hand.
 */
function compareOwn(key: string, book: Book, held: HeldBook | undefined): KeyFault[] {
  const row = held?.stored?.book;
  if (row === undefined) return [];
  const differs = FIELD_GROUPS.flatMap((group) => {
    const [ours, its] = [claimOf(book, group), claimOf(row, group)];
    const isOneSource = ours && its && ours.provider === its.provider && ours.at === its.at;
    return isOneSource ? compareGroup(book, row, group) : [];
  });
  return [
    ...(differs.length > 0 ? [fault(key, "differs", differs)] : []),
    ...(held && held.columnDifferences.length > 0
      ? [fault(key, "columnVsBlob", held.columnDifferences)]
      : []),
  ];
}

function fault(key: string, reason: Difference, differences: readonly FieldDifference[]): KeyFault {
  return { key, reason, ...(differences.length > 0 ? { differences } : {}) };
}

/** Why the row says something else in this group than the key, or more than the key. */
function explain(
  record: KeyRecord,
  book: Book,
  held: HeldBook,
  group: FieldGroup,
): "differs" | "superseded" | "more" {
  const row = held.stored?.book;
  const claim = row && claimOf(row, group);
  const others = held.keys.filter(({ key }) => key !== record.key);
  const owner = ownerOf(others, group);
  const isSilent = isGroupBlank(book, group);
  if (row === undefined || claim === undefined)
    return isWrittenByHand(row) ? "superseded" : "differs";
  if (isGroupBlank(row, group)) return "differs";
  if (claim.provider !== KV_IMPORT) {
    if (isSilent) return "more";
    return record.datedAt === undefined || record.datedAt <= claim.at ? "superseded" : "differs";
  }
  if (owner && (isSilent || compareRank(owner, record) > 0)) {
    return isSilent ? "more" : "superseded";
  }
  if (!isSilent) return "differs";
  // A value that no key has any more: it was changed since it was taken over, or an earlier, richer one is kept.
  const known = held.keys.find(({ key }) => key === record.key);
  return known && speaksTo(known.fields, group) ? "differs" : "more";
}

/** A row that names no source at all was written by an operator, over whatever KV holds. */
function isWrittenByHand(row: Book | undefined): boolean {
  return row !== undefined && row.sources.length === 0;
}

function compareGroup(book: Book, row: Book, group: FieldGroup): FieldDifference[] {
  const fields: readonly BookField[] = group;
  return fields.flatMap((field) => differenceOf(field, book[field], row[field]));
}
