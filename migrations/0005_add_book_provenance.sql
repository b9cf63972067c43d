-- What the read path and the migration need to know of a row beside the book itself.
-- fetched_at: when a provider last said so, in ms since the epoch; NULL when nobody dated it.
-- fresh_until: from when on an answer counts as stale, in ms; set by the writer with jitter.
-- version: raised by every write; a writer that read version n writes only if it is still n.
ALTER TABLE Books ADD COLUMN fetched_at INTEGER;
ALTER TABLE Books ADD COLUMN fresh_until INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Books ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

CREATE INDEX IF NOT EXISTS idx_books_fresh_until
  ON Books(fresh_until);
