-- What hangs on an entry of a shelf; everything goes with its entry.

-- What the reader's own file or hand said a book is. Shown to him alone, and only while Books has no row for it.
CREATE TABLE IF NOT EXISTS UserBooks (
  user_id TEXT NOT NULL,
  isbn TEXT NOT NULL,
  details TEXT NOT NULL,                    -- JSON object: title, authors, and what else is known
  PRIMARY KEY (user_id, isbn),
  FOREIGN KEY (user_id, isbn) REFERENCES UserLibrary(user_id, isbn) ON DELETE CASCADE
) WITHOUT ROWID;

-- When he read it: each date is YYYY, YYYY-MM, YYYY-MM-DD, or NULL when it is not known.
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

-- His own words for it; `folded` is what they are compared by.
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

-- Rows of imports without a sure book. One that is resolved or dismissed stays, so that the same row is known again.
CREATE TABLE IF NOT EXISTS ReviewQueue (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  row_hash TEXT NOT NULL,                   -- of the row's cells
  job_id TEXT NOT NULL,
  row INTEGER NOT NULL,                     -- record number in the file, the header is 1
  state TEXT NOT NULL DEFAULT 'open' CHECK(state IN ('open', 'resolved', 'dismissed')),
  title TEXT,
  authors TEXT NOT NULL DEFAULT '[]',       -- JSON array of names
  details TEXT NOT NULL DEFAULT '{}',       -- JSON object: what else the row said of the book
  entry TEXT NOT NULL DEFAULT '{}',         -- JSON object: status, rating, review, notes, tags, readings, extra
  raw TEXT NOT NULL DEFAULT '{}',           -- JSON object: the cells by column
  reason TEXT NOT NULL,                     -- JSON object: code, text
  candidates TEXT NOT NULL DEFAULT '[]',    -- JSON array: isbn, title, authors, score
  shelved_as TEXT,                          -- the isbn of the entry that it became
  created_at INTEGER NOT NULL,              -- ms since the epoch
  settled_at INTEGER,
  UNIQUE (user_id, row_hash)
);

CREATE INDEX IF NOT EXISTS idx_review_queue_open
  ON ReviewQueue(user_id, created_at, id) WHERE state = 'open';

-- Seconds or, above 1e11, milliseconds.
INSERT INTO Readings (user_id, isbn, position, started_at, finished_at)
SELECT user_id, isbn, 0,
  date(iif(started_at > 1e11, started_at / 1000, started_at), 'unixepoch'),
  date(iif(completed_at > 1e11, completed_at / 1000, completed_at), 'unixepoch')
FROM UserLibrary
WHERE started_at IS NOT NULL OR completed_at IS NOT NULL
ON CONFLICT DO NOTHING;

-- Readings hold them from now on.
ALTER TABLE UserLibrary DROP COLUMN started_at;
ALTER TABLE UserLibrary DROP COLUMN completed_at;

-- Books on shelves whose sort keys and search text are to be made anew. Scheduled work takes them off in bounded steps.
CREATE TABLE IF NOT EXISTS ShelfRefreshes (
  isbn TEXT PRIMARY KEY NOT NULL
) WITHOUT ROWID;

-- The rebuild could not fold letters as the service does.
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

-- An entry that was written without its keys.
CREATE TRIGGER IF NOT EXISTS shelves_follow_bare_entries AFTER INSERT ON UserLibrary
WHEN NEW.book_version = -1
BEGIN
  INSERT INTO ShelfRefreshes (isbn) VALUES (NEW.isbn) ON CONFLICT DO NOTHING;
END;
