-- What an entry holds from now on. UserLibrary is never rebuilt again: dropping it would empty Readings, Tags and UserBooks.
-- seq: the number of the user's write that touched the entry last; 0 for entries that were last written before this column.
-- kept_version: the version at which readings, tags and has_own were last written here. While it is not `version`, another
--   release wrote the entry: Readings, Tags and UserBooks say what it holds, and the schedule catches up.
-- readings: JSON array of [id, startedAt, finishedAt]; tags: JSON array of names; has_own: whether UserBooks has a row.
-- field_writes: JSON object, field: [writer, version]; the writer is `user` or the format of an import.
-- loan: JSON object {to, since, due}; own_series: JSON array of {name, position}; progress: JSON object
--   {page, percent, minutes, at}, the latest of the open reading.
ALTER TABLE UserLibrary ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE UserLibrary ADD COLUMN kept_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE UserLibrary ADD COLUMN readings TEXT NOT NULL DEFAULT '[]';
ALTER TABLE UserLibrary ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE UserLibrary ADD COLUMN has_own INTEGER NOT NULL DEFAULT 0;
ALTER TABLE UserLibrary ADD COLUMN field_writes TEXT;
ALTER TABLE UserLibrary ADD COLUMN format TEXT;
ALTER TABLE UserLibrary ADD COLUMN owned INTEGER;
ALTER TABLE UserLibrary ADD COLUMN location TEXT;
ALTER TABLE UserLibrary ADD COLUMN loan TEXT;
ALTER TABLE UserLibrary ADD COLUMN own_series TEXT;
ALTER TABLE UserLibrary ADD COLUMN progress TEXT;

-- NULL where another release wrote the reading: 'r' and its position stand for it.
ALTER TABLE Readings ADD COLUMN id TEXT;

-- One row a user who has written to a shelf. seq: the number of the latest write. write_token: names the batch that took it.
-- want_to_read to no_status: entries by status; NULL until they are counted for the first time. changes_from: the feed is
-- complete for tokens from this number on.
CREATE TABLE Shelves (
  user_id TEXT PRIMARY KEY NOT NULL,
  seq INTEGER NOT NULL DEFAULT 0,
  write_token TEXT,
  want_to_read INTEGER,
  reading INTEGER,
  completed INTEGER,
  paused INTEGER,
  abandoned INTEGER,
  no_status INTEGER,
  checked_at INTEGER NOT NULL DEFAULT 0,    -- ms since the epoch: the last recount
  changes_from INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE INDEX idx_shelves_checked ON Shelves(checked_at);

-- Entries that are gone. image: JSON of the whole entry while it lies in the trash; NULL in a bare tombstone.
CREATE TABLE RemovedEntries (
  user_id TEXT NOT NULL,
  isbn TEXT NOT NULL,
  seq INTEGER NOT NULL,
  version INTEGER NOT NULL,
  removed_at INTEGER NOT NULL,              -- ms since the epoch
  trashed_until INTEGER,                    -- ms since the epoch; NULL when image is NULL
  image TEXT,
  PRIMARY KEY (user_id, isbn)
) WITHOUT ROWID;

CREATE INDEX idx_removed_entries_seq ON RemovedEntries(user_id, seq);
CREATE INDEX idx_removed_entries_removed ON RemovedEntries(removed_at);
CREATE INDEX idx_removed_entries_trash ON RemovedEntries(trashed_until) WHERE trashed_until IS NOT NULL;

-- Sums of a shelf for its statistics, in slices of the order of ISBNs: a slice is from from_isbn up to the next one. Only users
-- who have asked for statistics have slices. due: the seq of a write since sums were made; 0 when sums are current.
CREATE TABLE ShelfSlices (
  user_id TEXT NOT NULL,
  from_isbn TEXT NOT NULL,                  -- '' for the first slice
  due INTEGER NOT NULL,
  sums TEXT NOT NULL DEFAULT '{}',          -- JSON object
  PRIMARY KEY (user_id, from_isbn)
) WITHOUT ROWID;
