import type { Book } from "../../../contract/catalogue.ts";
import type { BookField } from "../../catalogue/domain/merge/book-fields.ts";
import { KV_IMPORT } from "../../catalogue/domain/legacy/stored-value.ts";
import {
  FIELD_GROUPS,
  containsGroup,
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
 * How a key and its row can disagree. `missing`: there is no row. `differs`: a field differs from the key's, and no
 * source explains it. `columnVsBlob`: the row contradicts itself. `superseded`: a newer source explains the difference;
 * this one does not count as a fault.
 */
export type Difference = "missing" | "differs" | "columnVsBlob" | "superseded";

type BookReading = Extract<KeyReading, { kind: "book" }>;

/** Compares every field of a page of keys with their rows. The plan only contains faults, no rows. */
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
 * Our own entry is a copy of an earlier state of the row, which may have changed since. But with the same source and
 * date both must be equal; otherwise a person has changed the row by hand.
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

/** Why the row has other values in this group than the key, or more. */
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
  // No key has this value any more: the key has changed since it was migrated, or an earlier value
  // with more data was kept.
  const known = held.keys.find(({ key }) => key === record.key);
  return known && containsGroup(known.fields, group) ? "differs" : "more";
}

/** A row without sources was written by an operator, whatever KV contains. */
function isWrittenByHand(row: Book | undefined): boolean {
  return row !== undefined && row.sources.length === 0;
}

function compareGroup(book: Book, row: Book, group: FieldGroup): FieldDifference[] {
  const fields: readonly BookField[] = group;
  return fields.flatMap((field) => differenceOf(field, book[field], row[field]));
}
