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
import type { CacheEntry } from "../domain/resolve.ts";
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
  /**
   * One read operation for the values under both spellings, and a write that follows from it. The
   * write replaces the value, with two exceptions: an unreadable value, which is kept for the
   * migration to report, and an old value that may be the only copy of its data, because the row is
   * not in D1 (`isStored`) or has less data.
   */
  open(isbn13: string): Promise<CacheEntry>;
  /** For a key that the caller has just seen to be free. Reads nothing, and writes with `write`. */
  openFree(): CacheEntry;
  writeAbsent(isbn13: string, doubt?: PartialAbsence | "unproven"): Promise<void>;
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
  const tier = { kv, ...deps };
  return {
    read: (isbn) => readBook(isbn, tier),
    write: (record) => writeBook(record, tier),
    open: (isbn13) => openEntry(isbn13, tier),
    openFree: () => ({ old: undefined, write: (record) => writeBook(record, tier) }),
    writeAbsent: (isbn13, doubt) => writeAbsence(isbn13, doubt, tier),
  };
}

interface Tier extends BookCacheDeps {
  readonly kv: KVNamespace;
}

async function readBook({ isbn13, isbn10 }: ParsedIsbn, tier: Tier): Promise<CacheReading> {
  const values = await readKeys([...keysOf(isbn13, isbn10), kvKeys.absent(isbn13)], tier);
  if (!values) return { kind: "failed" };
  const note = parseAbsence(values.get(kvKeys.absent(isbn13)) ?? null);
  const absence = note && isAbsent(note, tier.now()) ? note : undefined;
  const byIsbn13 = readingOf(isbn13, values.get(kvKeys.book(isbn13)), tier);
  const whole = absence?.partial ? undefined : absence;
  if (byIsbn13.kind === "hit") return withAbsence(byIsbn13, whole);
  if (isbn10 !== undefined) {
    const byIsbn10 = readingOf(isbn10, values.get(kvKeys.bookByIsbn10(isbn10)), tier);
    if (byIsbn10.kind === "hit") return withAbsence(byIsbn10, whole);
  }
  return absence ? { kind: "absent", ...defined({ partial: absence.partial }) } : byIsbn13;
}

async function openEntry(isbn13: string, tier: Tier): Promise<CacheEntry> {
  const keys = keysOf(isbn13, toIsbn10(isbn13));
  const values = await readKeys(keys, tier);
  if (!values) return { old: undefined, write: async () => {} };
  const stored = keys.map((key) => ({ key, value: values.get(key) ?? null }));
  const there = readStoredValue(isbn13, values.get(kvKeys.book(isbn13)) ?? null);
  return {
    old: bookOfOldValues(stored, tier.now()),
    async write(record, isStored) {
      if (there.kind === "unreadable") return;
      const isInRow = isStored && there.kind === "legacy" && containsAllOf(there.book, record.book);
      if (there.kind !== "legacy" || isInRow) await writeBook(record, tier);
    },
  };
}

async function writeBook(record: BookRecord, tier: Tier): Promise<void> {
  const { isbn } = record.book;
  const lifetime = cacheLifetimeMs(tier.random);
  const text = writeOwnEntry(record, tier.now() + lifetime);
  const expirationTtl = Math.floor(lifetime / SECOND_MS);
  try {
    await tier.kv.put(kvKeys.book(isbn), text, { expirationTtl });
    const { byteLength } = new TextEncoder().encode(text);
    tier.cacheMetrics.stored(isbn, byteLength, expirationTtl);
  } catch (error) {
    reportFailure("write", error, tier);
  }
}

async function writeAbsence(
  isbn13: string,
  doubt: PartialAbsence | "unproven" | undefined,
  tier: Tier,
): Promise<void> {
  const key = kvKeys.absent(isbn13);
  try {
    const earlier = parseAbsence(await tier.kv.get(key, "text"));
    const absence = confirmAbsence(earlier, tier.now(), doubt);
    await tier.kv.put(key, JSON.stringify(absence), { expirationTtl: ABSENCE_NOTE_SECONDS });
  } catch (error) {
    reportFailure("write_absent", error, tier);
  }
}

/** Keys of a book under both of its spellings. */
const keysOf = (isbn13: string, isbn10: string | undefined): string[] =>
  isbn10 === undefined ? [kvKeys.book(isbn13)] : [kvKeys.book(isbn13), kvKeys.bookByIsbn10(isbn10)];

/** Reads keys in one operation; undefined when KV fails or takes too long. */
async function readKeys(
  keys: string[],
  tier: Tier,
): Promise<Map<string, string | null> | undefined> {
  const read = await withTimeout(READ_BUDGET_MS, tier.kv.get(keys, "text"));
  if (read.ok) return read.value;
  reportFailure("read", read.error, tier);
  return undefined;
}

function reportFailure(operation: string, error: unknown, { log, metrics }: Tier): void {
  metrics.count("cache_failures", { operation });
  log.error("kv_failed", { operation, error });
}

function readingOf(isbn: string, text: string | null | undefined, tier: Tier): CacheReading {
  const value = readStoredValue(isbn, text ?? null);
  switch (value.kind) {
    case "own": {
      const { value: book, fetchedAt, freshUntil } = value.entry;
      return { kind: "hit", record: { book, fetchedAt, freshUntil } };
    }
    case "legacy": {
      // Most older values have no date. They count as fresh, because otherwise all of them would be refreshed at the
      // same time.
      const fetchedAt = value.date ?? tier.now();
      const record = {
        book: value.book,
        fetchedAt,
        freshUntil: freshUntil(fetchedAt, tier.random),
      };
      return { kind: "hit", record, isOld: true };
    }
    case "empty":
      return { kind: "miss", unreadable: false };
    case "unreadable":
      tier.metrics.count("kv_unreadable", { reason: value.reason });
      return { kind: "miss", unreadable: true };
  }
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
