-- Records of the migration of old KV values into Books: runs with their checkpoint, failures, and data about each migrated
-- key.

-- One row per run. `kind` is migration or validation. `step` counts the pages: a page is committed only on the step that it
-- began with, so that a repeated page counts once. `page_token` identifies the page that was committed last.
CREATE TABLE MigrationRuns (
  run_id TEXT PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('migration', 'validation')),
  status TEXT NOT NULL CHECK (status IN ('running', 'paused', 'completed', 'failed', 'cancelled')),
  prefix TEXT NOT NULL,
  dry_run INTEGER NOT NULL DEFAULT 0 CHECK (dry_run IN (0, 1)),
  step INTEGER NOT NULL DEFAULT 0,
  page_token TEXT,
  cursor TEXT,                              -- where KV resumes listing; NULL before the first page and after the last
  last_key TEXT,
  listed INTEGER NOT NULL DEFAULT 0,
  migrated INTEGER NOT NULL DEFAULT 0,      -- in a validation: keys whose row agrees
  unchanged INTEGER NOT NULL DEFAULT 0,     -- in a validation: keys whose row has newer sources
  skipped INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,        -- in a validation: keys with a significant difference
  shapes TEXT NOT NULL DEFAULT '{}',        -- JSON: keys by shape of value
  reasons TEXT NOT NULL DEFAULT '{}',       -- JSON: keys by finding
  active_ms INTEGER NOT NULL DEFAULT 0,     -- working time, without pauses
  error TEXT,                               -- why the run failed, or what is blocking it
  started_at INTEGER NOT NULL,              -- ms since the epoch, as all instants here
  updated_at INTEGER NOT NULL,
  finished_at INTEGER,
  CHECK (migrated + unchanged + skipped + failed = listed)
);

-- At most one open run per kind.
CREATE UNIQUE INDEX idx_migration_runs_open
  ON MigrationRuns(kind) WHERE status IN ('running', 'paused');

CREATE INDEX idx_migration_runs_started
  ON MigrationRuns(kind, started_at DESC);

-- One row per key that could not be migrated, or per class of difference that the validation found for a key.
CREATE TABLE MigrationErrors (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  run_id TEXT NOT NULL,
  key TEXT NOT NULL,
  reason TEXT NOT NULL,
  detail TEXT,                              -- JSON: [{"field", "kv", "row"}], for differences
  at INTEGER NOT NULL
);

CREATE INDEX idx_migration_errors_run
  ON MigrationErrors(run_id, id);

-- One row per migrated key: the hash of its value, and the data that ranks it among the keys of the same book.
CREATE TABLE MigratedKeys (
  key TEXT PRIMARY KEY NOT NULL,
  isbn TEXT NOT NULL,
  content_hash TEXT NOT NULL,               -- SHA-256 of the value, in hex
  dated_at INTEGER,                         -- ms since the epoch; NULL if the value has no date
  is_isbn13 INTEGER NOT NULL,               -- whether the key contains the ISBN-13
  fields INTEGER NOT NULL,                  -- a bit for each field that the value has
  run_id TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX idx_migrated_keys_isbn
  ON MigratedKeys(isbn);
