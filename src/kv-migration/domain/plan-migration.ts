import type { Book } from "../../../contract/catalogue.ts";
import type { BookRecord } from "../../catalogue/domain/book-record.ts";
import { foldKey } from "./fold.ts";
import { readKey, type KeyReading, type KeyRecord, type KeyValue } from "./key-record.ts";
import type { HeldBook, HeldBooks, KeyFault, PagePlan } from "./page.ts";
import { tallyOf, type KeyTally } from "./run.ts";
import { DAY_MS } from "../../platform/time.ts";

/** Migrated rows grow stale spread over this time, so that they are not all asked for at once. */
const FRESH_MS = 180 * DAY_MS;
/** D1 takes 2,000,000 bytes a row; a character has at most 3, and a description is stored twice. */
const MAX_BLOB_LENGTH = 200_000;

type BookReading = Extract<KeyReading, { kind: "book" }>;

/** A book as the page leaves it. */
interface Folded {
  record: BookRecord | undefined;
  readonly version: number;
  readonly changed: boolean;
  readonly keys: readonly KeyRecord[];
}

/**
 * What one page of keys comes to, given what the database holds of their books. Pure: a page that is planned again
 * against the same rows gives the same plan.
 * @param startedAt when the run began, ms since the epoch: the date of what has none, and the latest there can be
 */
export function planMigrationPage(
  entries: readonly KeyValue[],
  held: HeldBooks,
  startedAt: number,
): PagePlan {
  const books = new Map<string, Folded>();
  const taken: KeyRecord[] = [];
  const faults: KeyFault[] = [];
  const forget = new Set<string>();

  const take = (reading: BookReading): KeyTally => {
    const { isbn } = reading.record;
    const before = held.get(isbn);
    const known = before?.keys.find(({ key }) => key === reading.record.key);
    const { shape } = reading;
    if (before?.stored && known?.hash === reading.record.hash)
      return { outcome: "unchanged", shape };
    if (JSON.stringify(reading.book).length > MAX_BLOB_LENGTH) {
      faults.push({ key: reading.record.key, reason: "too_large" });
      return { outcome: "failed", shape, reason: "too_large" };
    }
    if (before && !before.stored && before.keys.length > 0) forget.add(isbn);
    books.set(isbn, foldInto(books.get(isbn) ?? unfolded(before), reading, startedAt));
    taken.push(reading.record);
    return { outcome: "migrated", shape };
  };

  const tallies = entries.map((entry): KeyTally => {
    const reading = readKey(entry, startedAt);
    switch (reading.kind) {
      case "book":
        return take(reading);
      case "skipped":
        return { outcome: "skipped", reason: reading.reason };
      case "failed":
        faults.push({ key: entry.key, reason: reading.reason });
        return { outcome: "failed", reason: reading.reason };
    }
  });

  return {
    rows: [...books.values()].flatMap(({ record, version, changed }) =>
      record && changed ? [{ record, version }] : [],
    ),
    keys: taken,
    forget: [...forget],
    faults,
    tally: tallyOf(tallies),
  };
}

function unfolded(held: HeldBook | undefined): Folded {
  return {
    record: held?.stored,
    version: held?.stored?.version ?? 0,
    changed: false,
    keys: held?.stored ? held.keys : [],
  };
}

function foldInto(folded: Folded, { record, book }: BookReading, startedAt: number): Folded {
  const others = folded.keys.filter(({ key }) => key !== record.key);
  const merged = foldKey(folded.record?.book, others, { record, book });
  return {
    ...folded,
    record: dated(folded.record, merged, record, startedAt),
    changed: folded.changed || merged !== folded.record?.book,
    keys: [...others, record],
  };
}

function dated(
  before: BookRecord | undefined,
  book: Book,
  { datedAt, hash }: KeyRecord,
  startedAt: number,
): BookRecord {
  if (before) return { ...before, book, fetchedAt: Math.max(before.fetchedAt, datedAt ?? 0) };
  // By content and not by chance: a page that is done twice gives the same row.
  const share = Number.parseInt(hash.slice(0, 8), 16) / 0x1_00_00_00_00;
  return {
    book,
    fetchedAt: datedAt ?? startedAt,
    freshUntil: startedAt + Math.round(share * FRESH_MS),
  };
}
