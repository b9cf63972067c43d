import { DAY_MS } from "../../platform/time.ts";
import type { Book } from "../../../contract/catalogue.ts";
import type { BookRecord } from "../../catalogue/domain/book-record.ts";
import { foldKey } from "../../catalogue/domain/legacy/fold.ts";
import {
  readKey,
  type KeyReading,
  type KeyRecord,
  type KeyValue,
} from "../../catalogue/domain/legacy/key-record.ts";
import type { KeyFault, PagePlan } from "./page.ts";
import type { HeldBook, HeldBooks } from "../../catalogue/domain/legacy/held-book.ts";
import { tallyOf, type KeyTally } from "./run.ts";

/** Migrated rows become stale spread over this time, so that they are not all refreshed at the same time. */
const FRESH_MS = 180 * DAY_MS;
/** D1 allows 2,000,000 bytes per row; a character has at most 3 bytes, and a description is stored twice. */
const MAX_BLOB_LENGTH = 200_000;

type BookReading = Extract<KeyReading, { kind: "book" }>;

/** A book after the page. */
interface Folded {
  record: BookRecord | undefined;
  readonly version: number;
  readonly changed: boolean;
  readonly keys: readonly KeyRecord[];
}

/**
 * Plans one page of keys against the stored data of their books. Pure: planning the same page against the same rows
 * again yields the same plan.
 * @param startedAt start of the run, ms since the epoch: the date of undated values, and the maximum of all dates
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
  // Derived from the content instead of a random number, so that a repeated page yields the same row.
  const share = Number.parseInt(hash.slice(0, 8), 16) / 0x1_00_00_00_00;
  return {
    book,
    fetchedAt: datedAt ?? startedAt,
    freshUntil: startedAt + Math.round(share * FRESH_MS),
  };
}
