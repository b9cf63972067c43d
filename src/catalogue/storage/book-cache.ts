import { defined } from "../../platform/defined.ts";
import type { Book } from "../../../contract/catalogue.ts";
import { BOOK_FIELDS } from "../domain/merge/book-fields.ts";
import { cacheLifetimeMs, freshUntil, type BookRecord } from "../domain/book-record.ts";
import { toIsbn10, type ParsedIsbn } from "../domain/isbn/isbn.ts";
import {
  type Absence,
  confirmAbsence,
  isAbsent,
  parseAbsence,
  type PartialAbsence,
} from "../domain/absence.ts";
import type { CacheReading } from "../domain/lookup.ts";
import { mergeStored } from "../domain/merge/merge.ts";
import { readStoredValue, writeOwnEntry } from "../domain/legacy/stored-value.ts";
import { bookOfOldValues } from "../domain/legacy/old-values.ts";
import type { Log } from "../../platform/log.ts";
import type { Metrics } from "../../platform/metrics/metrics.ts";
import { withTimeout } from "../../platform/d1/with-timeout.ts";
import type { CacheMetrics } from "./cache-metrics.ts";
import { kvKeys } from "./keys.ts";
import { DAY_MS, SECOND_MS } from "../../platform/time.ts";

/** KV answers from the edge in a few ms; beyond this D1 is faster. */
const READ_BUDGET_MS = 500;
/** An absence record outlives its validity, so that a confirmation a day later is recognised as the second one. */
const ABSENCE_NOTE_SECONDS = (3 * DAY_MS) / SECOND_MS;

/** Books and known absences in KV. No method throws: KV is a cache, and D1 or the providers answer without it. */
export interface BookCache {
  /** One read operation for the book under both spellings and for its known absence. */
  read(isbn: ParsedIsbn): Promise<CacheReading>;
  /** Writes without a check. The caller has just seen that the key is free or has a readable value. */
  write(record: BookRecord): Promise<void>;
  /** The merged old values under both spellings; undefined when there are none or KV fails. */
  oldBook(isbn13: string): Promise<Book | undefined>;
  /**
   * Replaces the stored value, with two exceptions: an unreadable value, which stays for the migration to report, and
   * an old value that may be the only copy of its data, because the row is not in D1 (`isStored`) or has less.
   */
  replace(record: BookRecord, isStored: boolean): Promise<void>;
  writeAbsent(isbn13: string, partial?: PartialAbsence): Promise<void>;
}

interface BookCacheDeps {
  now(): number;
  random(): number;
  log: Log;
  metrics: Metrics;
  cacheMetrics: CacheMetrics;
}

/** The KV tier. */
export function kvBookCache(kv: KVNamespace, deps: BookCacheDeps): BookCache {
  const failed = (operation: string, error: unknown): void => {
    deps.metrics.count("cache_failures", { operation });
    deps.log.error("kv_failed", { operation, error });
  };

  const readKey = (isbn: string, text: string | null | undefined): CacheReading => {
    const value = readStoredValue(isbn, text ?? null);
    switch (value.kind) {
      case "own": {
        const { value: book, fetchedAt, freshUntil } = value.entry;
        return { kind: "hit", record: { book, fetchedAt, freshUntil } };
      }
      case "legacy": {
        // Most older values have no date. They count as fresh, because otherwise all of them would be refreshed at the
        // same time.
        const fetchedAt = value.date ?? deps.now();
        const record = {
          book: value.book,
          fetchedAt,
          freshUntil: freshUntil(fetchedAt, deps.random),
        };
        return { kind: "hit", record, isOld: true };
      }
      case "empty":
        return { kind: "miss", unreadable: false };
      case "unreadable":
        deps.metrics.count("kv_unreadable", { reason: value.reason });
        return { kind: "miss", unreadable: true };
    }
  };

  const write = async (record: BookRecord): Promise<void> => {
    const lifetime = cacheLifetimeMs(deps.random);
    const text = writeOwnEntry(record, deps.now() + lifetime);
    const key = kvKeys.book(record.book.isbn);
    const expirationTtl = Math.floor(lifetime / SECOND_MS);
    try {
      await kv.put(key, text, { expirationTtl });
      const { byteLength } = new TextEncoder().encode(text);
      deps.cacheMetrics.stored(record.book.isbn, byteLength, expirationTtl);
    } catch (error) {
      failed("write", error);
    }
  };

  return {
    async read({ isbn13, isbn10 }) {
      const keys = [kvKeys.book(isbn13), kvKeys.absent(isbn13)];
      if (isbn10 !== undefined) keys.push(kvKeys.bookByIsbn10(isbn10));
      const read = await withTimeout(READ_BUDGET_MS, kv.get(keys, "text"));
      if (!read.ok) {
        failed("read", read.error);
        return { kind: "failed" };
      }
      const note = parseAbsence(read.value.get(kvKeys.absent(isbn13)) ?? null);
      const absence = note && isAbsent(note, deps.now()) ? note : undefined;
      const byIsbn13 = readKey(isbn13, read.value.get(kvKeys.book(isbn13)));
      const whole = absence?.partial ? undefined : absence;
      if (byIsbn13.kind === "hit") return withAbsence(byIsbn13, whole);
      if (isbn10 !== undefined) {
        const byIsbn10 = readKey(isbn10, read.value.get(kvKeys.bookByIsbn10(isbn10)));
        if (byIsbn10.kind === "hit") return withAbsence(byIsbn10, whole);
      }
      return absence ? { kind: "absent", ...defined({ partial: absence.partial }) } : byIsbn13;
    },

    async oldBook(isbn13) {
      const isbn10 = toIsbn10(isbn13);
      const keys = [kvKeys.book(isbn13)];
      if (isbn10 !== undefined) keys.push(kvKeys.bookByIsbn10(isbn10));
      const read = await withTimeout(READ_BUDGET_MS, kv.get(keys, "text"));
      if (!read.ok) {
        failed("read", read.error);
        return undefined;
      }
      const { value: values } = read;
      return bookOfOldValues(
        keys.map((key) => ({ key, value: values.get(key) ?? null })),
        deps.now(),
      );
    },

    async replace(record, isStored) {
      const key = kvKeys.book(record.book.isbn);
      const read = await withTimeout(READ_BUDGET_MS, kv.get(key, "text"));
      if (!read.ok) return failed("read", read.error);
      const there = readStoredValue(record.book.isbn, read.value);
      if (there.kind === "unreadable") return;
      if (there.kind === "legacy" && !(isStored && containsAllOf(there.book, record.book))) return;
      await write(record);
    },

    write,

    async writeAbsent(isbn13, partial) {
      const key = kvKeys.absent(isbn13);
      try {
        const earlier = parseAbsence(await kv.get(key, "text"));
        const absence = confirmAbsence(earlier, deps.now(), partial);
        await kv.put(key, JSON.stringify(absence), { expirationTtl: ABSENCE_NOTE_SECONDS });
      } catch (error) {
        failed("write_absent", error);
      }
    },
  };
}

/** Whether `old` has no data that `book` lacks. */
function containsAllOf(old: Book, book: Book): boolean {
  const [both, alone] = [mergeStored(old, book), mergeStored(book, book)];
  return BOOK_FIELDS.every((field) => JSON.stringify(both[field]) === JSON.stringify(alone[field]));
}

/** A book that the providers have recently reported absent is not requested again while the absence is valid. */
function withAbsence(
  hit: Extract<CacheReading, { kind: "hit" }>,
  absence: Absence | undefined,
): CacheReading {
  if (!absence) return hit;
  const { record } = hit;
  return { ...hit, record: { ...record, freshUntil: Math.max(record.freshUntil, absence.until) } };
}
