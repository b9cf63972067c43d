-- The catalogue: one row per edition, keyed by ISBN-13.
CREATE TABLE IF NOT EXISTS Books (
  isbn TEXT PRIMARY KEY NOT NULL,
  title TEXT NOT NULL,
  authors TEXT NOT NULL,                    -- JSON array: ["Author 1", "Author 2"]
  authors_detailed TEXT,                    -- JSON objects with full author info
  publication_year INTEGER,
  publisher TEXT,
  page_count INTEGER,
  language TEXT DEFAULT 'en',
  categories TEXT,                          -- JSON array: ["Fiction", "Fantasy"]
  description TEXT,
  cover_url TEXT,
  thumbnail_url TEXT,
  canonical_metadata TEXT NOT NULL,         -- the whole book as JSON; reads build the book from it
  created_at INTEGER NOT NULL DEFAULT (unixepoch()),
  updated_at INTEGER NOT NULL DEFAULT (unixepoch())
);

CREATE INDEX IF NOT EXISTS idx_books_year
  ON Books(publication_year);

CREATE INDEX IF NOT EXISTS idx_books_language
  ON Books(language);

CREATE INDEX IF NOT EXISTS idx_books_created
  ON Books(created_at);

CREATE INDEX IF NOT EXISTS idx_books_updated
  ON Books(updated_at);
