import type { Log } from "../observability/log.ts";

/** One key's counts since the last flush. */
interface KeyCounts {
  key: string;
  hits: number;
  misses: number;
  /** Seconds since the epoch. */
  lastAccessed: number;
  bytes: number | null;
  ttl: number | null;
}

const FLUSH_AFTER_COUNTS = 100;
const FLUSH_AFTER_MS = 10_000;

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

/** Counts hits and misses of stored books in memory, and writes them in blocks. */
export interface CacheMetrics {
  hit(key: string): void;
  miss(key: string): void;
  /** Notes what a write to the cache put there. */
  stored(key: string, bytes: number, ttlSeconds: number): void;
}

/**
 * One statement a hundred counts or ten seconds, behind a request that was answered anyway. Counts that an ending
 * isolate had not written yet are lost; they are a measurement, not a record.
 */
export function d1CacheMetrics(
  db: D1Database,
  deps: { now(): number; defer(work: Promise<unknown>): void; log: Log },
): CacheMetrics {
  let pending = new Map<string, KeyCounts>();
  let counts = 0;
  let flushedAt = deps.now();

  const flush = async (): Promise<void> => {
    const rows = [...pending.values()];
    pending = new Map();
    counts = 0;
    flushedAt = deps.now();
    try {
      await db.prepare(FLUSH).bind(JSON.stringify(rows)).run();
    } catch (error) {
      deps.log.error("cache_metrics_lost", { keys: rows.length, error });
    }
  };

  const entry = (key: string): KeyCounts => {
    let row = pending.get(key);
    if (!row) {
      row = { key, hits: 0, misses: 0, lastAccessed: 0, bytes: null, ttl: null };
      pending.set(key, row);
    }
    row.lastAccessed = Math.floor(deps.now() / 1000);
    return row;
  };

  const counted = (): void => {
    counts += 1;
    if (counts >= FLUSH_AFTER_COUNTS || deps.now() - flushedAt >= FLUSH_AFTER_MS)
      deps.defer(flush());
  };

  return {
    hit(key) {
      entry(key).hits += 1;
      counted();
    },
    miss(key) {
      entry(key).misses += 1;
      counted();
    },
    stored(key, bytes, ttlSeconds) {
      Object.assign(entry(key), { bytes, ttl: ttlSeconds });
    },
  };
}

/**
 * Deletes counts of keys that nobody asked for since `beforeSeconds` (seconds since the epoch), at most `limit` of
 * them.
 * @returns how many went
 */
export async function pruneCacheMetrics(
  db: D1Database,
  beforeSeconds: number,
  limit: number,
): Promise<number> {
  const { meta } = await db.prepare(PRUNE).bind(beforeSeconds, limit).run();
  return meta.changes;
}
