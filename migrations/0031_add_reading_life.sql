-- How far a user has come in a book, at some time. A removed row is a tombstone: without its values, unless it was removed with its
-- entry (removed_at is then that of the entry's tombstone), so that it can be restored with it.
CREATE TABLE Progress (
  user_id TEXT NOT NULL,
  id TEXT NOT NULL,                         -- made by the client or the service; unique per user
  isbn TEXT NOT NULL,
  reading_id TEXT NOT NULL,                 -- the reading that was open; it may be gone
  page INTEGER,                             -- one of page, percent and minutes
  percent REAL,
  minutes INTEGER,
  note TEXT,
  at INTEGER NOT NULL,                      -- ms since the epoch
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  removed_at INTEGER,                       -- ms since the epoch
  PRIMARY KEY (user_id, id)
) WITHOUT ROWID;

CREATE INDEX idx_progress_book ON Progress(user_id, isbn, reading_id, at, id) WHERE removed_at IS NULL;
CREATE INDEX idx_progress_seq ON Progress(user_id, seq);
CREATE INDEX idx_progress_removed ON Progress(removed_at, user_id, isbn) WHERE removed_at IS NOT NULL;

-- Progress that was removed with an entry keeps its values as long as the trash holds the entry.
CREATE TRIGGER removed_entries_forgotten AFTER UPDATE OF image ON RemovedEntries
WHEN OLD.image IS NOT NULL AND NEW.image IS NULL BEGIN
  UPDATE Progress SET page = NULL, percent = NULL, minutes = NULL, note = NULL
  WHERE user_id = OLD.user_id AND isbn = OLD.isbn AND removed_at = OLD.removed_at;
END;

-- What a user wants to read in a year. A removed goal is a tombstone without numbers.
CREATE TABLE Goals (
  user_id TEXT NOT NULL,
  year INTEGER NOT NULL,
  books INTEGER,
  pages INTEGER,
  minutes INTEGER,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  removed_at INTEGER,                       -- ms since the epoch
  PRIMARY KEY (user_id, year)
) WITHOUT ROWID;

CREATE INDEX idx_goals_removed ON Goals(removed_at) WHERE removed_at IS NOT NULL;

-- Settings of an account. A setting that was never written has its default. value: JSON.
CREATE TABLE Settings (
  user_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  version INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  PRIMARY KEY (user_id, name)
) WITHOUT ROWID;

-- progress: the number of rows of Progress that are not removed. time_zone: a copy of the setting; NULL for UTC.
ALTER TABLE Shelves ADD COLUMN progress INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Shelves ADD COLUMN time_zone TEXT;
