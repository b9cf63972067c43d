-- Data about a row that the read path and the migration need in addition to the book itself.
-- fetched_at: when a provider last confirmed the book, in ms since the epoch; NULL if unknown.
-- fresh_until: the time from which an answer is stale, in ms since the epoch; set by the writer with jitter.
-- version: incremented by every write; a writer that read version n writes only if the version is still n.
ALTER TABLE Books ADD COLUMN fetched_at INTEGER;
ALTER TABLE Books ADD COLUMN fresh_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Books ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE INDEX IF NOT EXISTS idx_books_fresh_until
  ON Books(fresh_until);
