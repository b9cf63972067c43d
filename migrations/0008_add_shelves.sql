-- Data that belongs to an entry of a shelf; all of it is deleted with the entry.

-- The user's own description of a book, by hand or from a file. Shown to that user only, while Books has no row for it.
CREATE TABLE IF NOT EXISTS UserBooks (
  user_id TEXT NOT NULL,
  isbn TEXT NOT NULL,
  details TEXT NOT NULL,                    -- JSON object: title, authors, and other known fields
  PRIMARY KEY (user_id, isbn),
  FOREIGN KEY (user_id, isbn) REFERENCES UserLibrary(user_id, isbn) ON DELETE CASCADE
) WITHOUT ROWID;

-- Reading periods: each date is YYYY, YYYY-MM, YYYY-MM-DD, or NULL if unknown.
CREATE TABLE IF NOT EXISTS Readings (
  user_id TEXT NOT NULL,
  isbn TEXT NOT NULL,
  position INTEGER NOT NULL,
  started_at TEXT,
  finished_at TEXT,
  PRIMARY KEY (user_id, isbn, position),
  FOREIGN KEY (user_id, isbn) REFERENCES UserLibrary(user_id, isbn) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS idx_readings_finished
  ON Readings(user_id, finished_at);

-- The user's tags; they are compared by `folded`.
CREATE TABLE IF NOT EXISTS Tags (
  user_id TEXT NOT NULL,
  isbn TEXT NOT NULL,
  folded TEXT NOT NULL,
  tag TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (user_id, isbn, folded),
  FOREIGN KEY (user_id, isbn) REFERENCES UserLibrary(user_id, isbn) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS idx_tags_folded
  ON Tags(user_id, folded);

-- Rows of imports without a certain book. A resolved or dismissed row stays, so that the same row is recognised later.
CREATE TABLE IF NOT EXISTS ReviewQueue (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  row_hash TEXT NOT NULL,                   -- of the row's cells
  job_id TEXT NOT NULL,
  row INTEGER NOT NULL,                     -- record number in the file, the header is 1
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN ('open', 'resolved', 'dismissed')),
  title TEXT,
  authors TEXT NOT NULL DEFAULT '[]',       -- JSON array of names
  details TEXT NOT NULL DEFAULT '{}',       -- JSON object: the row's other fields about the book
  entry TEXT NOT NULL DEFAULT '{}',         -- JSON object: status, rating, review, notes, tags, readings, extra
  raw TEXT NOT NULL DEFAULT '{}',           -- JSON object: the cells by column
  reason TEXT NOT NULL,                     -- JSON object: code, text
  candidates TEXT NOT NULL DEFAULT '[]',    -- JSON array: isbn, title, authors, score
  shelved_as TEXT,                          -- the isbn of the resulting entry
  created_at INTEGER NOT NULL,              -- ms since the epoch
  settled_at INTEGER,
  UNIQUE (user_id, row_hash)
);

CREATE INDEX IF NOT EXISTS idx_review_queue_open
  ON ReviewQueue(user_id, created_at, id) WHERE state = 'open';

-- The old values are seconds or, above 1e11, milliseconds.
INSERT INTO Readings (user_id, isbn, position, started_at, finished_at)
SELECT user_id, isbn, 0,
  date(iif(started_at > 1e11, started_at / 1000, started_at), 'unixepoch'),
  date(iif(completed_at > 1e11, completed_at / 1000, completed_at), 'unixepoch')
FROM UserLibrary
WHERE started_at IS NOT NULL OR completed_at IS NOT NULL
ON CONFLICT DO NOTHING;

-- These dates are now in Readings.
ALTER TABLE UserLibrary DROP COLUMN started_at;
ALTER TABLE UserLibrary DROP COLUMN completed_at;

-- Shelved books whose sort keys and search text must be recomputed. Scheduled work processes them in bounded steps.
CREATE TABLE IF NOT EXISTS ShelfRefreshes (
  isbn TEXT PRIMARY KEY NOT NULL
) WITHOUT ROWID;

-- The rebuild in 0004 could not fold letters as the service does.
INSERT INTO ShelfRefreshes (isbn)
SELECT DISTINCT isbn FROM UserLibrary WHERE true
ON CONFLICT DO NOTHING;

CREATE TRIGGER IF NOT EXISTS shelves_follow_new_books AFTER INSERT ON Books
WHEN EXISTS (SELECT 1 FROM UserLibrary WHERE isbn = NEW.isbn)
BEGIN
  INSERT INTO ShelfRefreshes (isbn) VALUES (NEW.isbn) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER IF NOT EXISTS shelves_follow_books
AFTER UPDATE OF title, authors, publication_year ON Books
WHEN (
  OLD.title IS NOT NEW.title OR OLD.authors IS NOT NEW.authors OR OLD.publication_year IS NOT NEW.publication_year
) AND EXISTS (SELECT 1 FROM UserLibrary WHERE isbn = NEW.isbn)
BEGIN
  INSERT INTO ShelfRefreshes (isbn) VALUES (NEW.isbn) ON CONFLICT DO NOTHING;
END;

CREATE TRIGGER IF NOT EXISTS shelves_follow_gone_books AFTER DELETE ON Books
WHEN EXISTS (SELECT 1 FROM UserLibrary WHERE isbn = OLD.isbn)
BEGIN
  INSERT INTO ShelfRefreshes (isbn) VALUES (OLD.isbn) ON CONFLICT DO NOTHING;
END;

-- Entries that were written without their keys.
CREATE TRIGGER IF NOT EXISTS shelves_follow_bare_entries AFTER INSERT ON UserLibrary
WHEN NEW.book_version = -1
BEGIN
  INSERT INTO ShelfRefreshes (isbn) VALUES (NEW.isbn) ON CONFLICT DO NOTHING;
END;
