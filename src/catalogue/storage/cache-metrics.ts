import type { Log } from "../../platform/log.ts";
import { isRecent } from "../../platform/time.ts";
import { kvKeys } from "./keys.ts";

/** One book's counts since the last flush. */
interface BookCounts {
  key: string;
  hits: number;
  misses: number;
  /** Seconds since the epoch. */
  lastAccessed: number;
  bytes: number | null;
  ttl: number | null;
}

const FLUSH_AFTER_MS = 10_000;
/** About 50 KB of JSON per statement. */
const FLUSH_AFTER_BOOKS = 500;

const FLUSH = `
  INSERT INTO CacheMetrics (cache_key, hit_count, miss_count, last_accessed, data_size_bytes, ttl_seconds)
  SELECT value->>'key', value->>'hits', value->>'misses', value->>'lastAccessed', value->>'bytes', value->>'ttl'
  FROM json_each(?1) WHERE true
  ON CONFLICT(cache_key) DO UPDATE SET
    hit_count = hit_count + excluded.hit_count,
    miss_count = miss_count + excluded.miss_count,
    last_accessed = max(last_accessed, excluded.last_accessed),
    data_size_bytes = coalesce(excluded.data_size_bytes, data_size_bytes),
    ttl_seconds = coalesce(excluded.ttl_seconds, ttl_seconds)`;

const PRUNE = `
  DELETE FROM CacheMetrics WHERE cache_key IN (
    SELECT cache_key FROM CacheMetrics WHERE last_accessed < ?1 ORDER BY last_accessed LIMIT ?2
  )`;

const TOTALS = `
  SELECT count(*) AS keys, coalesce(sum(hit_count), 0) AS hits, coalesce(sum(miss_count), 0) AS misses
  FROM CacheMetrics`;

const MAX_ASKED = `
  SELECT cache_key, hit_count, miss_count, last_accessed, data_size_bytes, ttl_seconds
  FROM CacheMetrics ORDER BY hit_count DESC LIMIT ?1`;

interface MetricsRow {
  cache_key: string;
  hit_count: number;
  miss_count: number;
  /** Seconds since the epoch. */
  last_accessed: number;
  data_size_bytes: number | null;
  ttl_seconds: number | null;
}

/** The counts that the isolates have written so far. */
export interface CacheMetricsReading {
  totals: { keys: number; hits: number; misses: number };
  /** The most requested books come first. */
  rows: MetricsRow[];
}

/** Counts hits and misses of stored books in memory, and writes them in batches. */
export interface CacheMetrics {
  hit(isbn13: string): void;
  miss(isbn13: string): void;
  /** Records the size and lifetime of a written cache entry. */
  stored(isbn13: string, bytes: number, ttlSeconds: number): void;
}

/**
 * One statement every ten seconds, or every five hundred books, after a response. Counts that a terminated isolate had
 * not written yet are lost; they are a measurement, not a record.
 */
export function d1CacheMetrics(
  db: D1Database,
  deps: { now(): number; defer(work: Promise<unknown>): void; log: Log },
): CacheMetrics {
  let pending = new Map<string, BookCounts>();
  let flushedAt = deps.now();

  const flush = async (): Promise<void> => {
    const rows = [...pending.values()];
    pending = new Map();
    flushedAt = deps.now();
    try {
      await db.prepare(FLUSH).bind(JSON.stringify(rows)).run();
    } catch (error) {
      deps.log.error("cache_metrics_lost", { keys: rows.length, error });
    }
  };

  const entry = (isbn13: string, at: number): BookCounts => {
    let row = pending.get(isbn13);
    if (!row) {
      row = {
        key: kvKeys.book(isbn13),
        hits: 0,
        misses: 0,
        lastAccessed: 0,
        bytes: null,
        ttl: null,
      };
      pending.set(isbn13, row);
    }
    row.lastAccessed = Math.floor(at / 1000);
    return row;
  };

  const counted = (at: number): void => {
    if (pending.size >= FLUSH_AFTER_BOOKS || !isRecent(flushedAt, FLUSH_AFTER_MS, at))
      deps.defer(flush());
  };

  return {
    hit(isbn13) {
      const at = deps.now();
      entry(isbn13, at).hits += 1;
      counted(at);
    },
    miss(isbn13) {
      const at = deps.now();
      entry(isbn13, at).misses += 1;
      counted(at);
    },
    stored(isbn13, bytes, ttlSeconds) {
      const at = deps.now();
      Object.assign(entry(isbn13, at), { bytes, ttl: ttlSeconds });
      // An isolate that only runs flights writes the cache and never reads it.
      counted(at);
    },
  };
}

/**
 * Deletes counts of at most `limit` keys that have not been requested since `beforeSeconds`
 * (seconds since the epoch).
 * @returns the number of deleted keys
 */
export async function pruneCacheMetrics(
  db: D1Database,
  beforeSeconds: number,
  limit: number,
): Promise<number> {
  const { meta } = await db.prepare(PRUNE).bind(beforeSeconds, limit).run();
  return meta.changes;
}

/** The totals over all keys, and the `limit` keys with the most hits. */
export async function readCacheMetrics(
  db: D1Database,
  limit: number,
): Promise<CacheMetricsReading> {
  const [totals, rows] = await Promise.all([
    db.prepare(TOTALS).first<CacheMetricsReading["totals"]>(),
    db.prepare(MAX_ASKED).bind(limit).all<MetricsRow>(),
  ]);
  return { totals: totals ?? { keys: 0, hits: 0, misses: 0 }, rows: rows.results };
}
