-- Access counts of each stored book. They are written in batches, never during a request.
CREATE TABLE IF NOT EXISTS CacheMetrics (
  cache_key TEXT PRIMARY KEY NOT NULL,
  hit_count INTEGER NOT NULL DEFAULT 0,
  miss_count INTEGER NOT NULL DEFAULT 0,
  last_accessed INTEGER NOT NULL DEFAULT (unixepoch()),
  data_size_bytes INTEGER,
  ttl_seconds INTEGER
);

CREATE INDEX IF NOT EXISTS idx_cache_last_accessed
  ON CacheMetrics(last_accessed DESC);

CREATE INDEX IF NOT EXISTS idx_cache_hit_count
  ON CacheMetrics(hit_count DESC);
