-- UserLibrary in its final shape. It is rebuilt here, before any table refers to it, because dropping it later would cascade.
-- It has no foreign key to Books: deleting a catalogue row must not delete users' entries.
-- added_at, updated_at: seconds since the epoch. Older writers mixed seconds and milliseconds: values above 1e11 (the year
-- 5138 in seconds, 1973 in milliseconds) are milliseconds. `extra`: JSON object of strings.
-- sort_title, sort_author, year, search_text: derived from the book as the user sees it, folded; last_finished: from the
-- user's readings; book_version: the Books.version that they were derived from; 0 if there was no row, -1 if they were never
-- derived.
CREATE TABLE UserLibraryRebuilt (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  user_id TEXT NOT NULL,
  isbn TEXT NOT NULL,
  status TEXT,
  rating REAL CHECK(rating BETWEEN 0.25 AND 5 AND rating * 4 = CAST(rating * 4 AS INTEGER)),
  added_at INTEGER NOT NULL DEFAULT (unixepoch()),
  updated_at INTEGER NOT NULL DEFAULT (unixepoch()),
  started_at INTEGER,
  completed_at INTEGER,
  version INTEGER NOT NULL DEFAULT 1,
  source TEXT,
  sort_title TEXT NOT NULL DEFAULT '',
  sort_author TEXT,
  year INTEGER,
  last_finished TEXT,
  book_version INTEGER NOT NULL DEFAULT -1,
  extra TEXT,
  notes TEXT,
  review TEXT,
  search_text TEXT NOT NULL DEFAULT '',
  UNIQUE(user_id, isbn)
);

INSERT INTO UserLibraryRebuilt (
  id, user_id, isbn, status, rating, added_at, updated_at, started_at, completed_at,
  sort_title, sort_author, year, last_finished, review, search_text
)
SELECT
  entry.id, entry.user_id, entry.isbn, entry.status, entry.rating,
  iif(entry.added_at > 1e11, entry.added_at / 1000, entry.added_at),
  iif(entry.added_at > 1e11, entry.added_at / 1000, entry.added_at),
  entry.started_at, entry.completed_at,
  lower(coalesce(book.title, '')),
  CASE WHEN json_valid(book.authors) THEN lower(json_extract(book.authors, '$[0]')) END,
  book.publication_year,
  date(iif(entry.completed_at > 1e11, entry.completed_at / 1000, entry.completed_at), 'unixepoch'),
  entry.review,
  lower(coalesce(book.title, '') || char(10) || coalesce(book.authors, '') || char(10) || coalesce(entry.review, ''))
FROM UserLibrary AS entry LEFT JOIN Books AS book ON book.isbn = entry.isbn;

DROP TABLE UserLibrary;

ALTER TABLE UserLibraryRebuilt RENAME TO UserLibrary;

-- One index per sort order, for the whole shelf and for one status. Each ends in the row id, which breaks ties.
CREATE INDEX idx_user_library_added ON UserLibrary(user_id, added_at);
CREATE INDEX idx_user_library_title ON UserLibrary(user_id, sort_title);
CREATE INDEX idx_user_library_author ON UserLibrary(user_id, sort_author);
CREATE INDEX idx_user_library_rating ON UserLibrary(user_id, rating);
CREATE INDEX idx_user_library_year ON UserLibrary(user_id, year);
CREATE INDEX idx_user_library_finished ON UserLibrary(user_id, last_finished);
CREATE INDEX idx_user_library_status_added ON UserLibrary(user_id, status, added_at);
CREATE INDEX idx_user_library_status_title ON UserLibrary(user_id, status, sort_title);
CREATE INDEX idx_user_library_status_author ON UserLibrary(user_id, status, sort_author);
CREATE INDEX idx_user_library_status_rating ON UserLibrary(user_id, status, rating);
CREATE INDEX idx_user_library_status_year ON UserLibrary(user_id, status, year);
CREATE INDEX idx_user_library_status_finished ON UserLibrary(user_id, status, last_finished);
-- Finds the users who have a book, and the version from which their sort keys were derived, when the book changes.
CREATE INDEX idx_user_library_isbn ON UserLibrary(isbn, book_version);
