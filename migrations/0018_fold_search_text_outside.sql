-- Each writer of a book writes its text in the index, in the same batch. searched_version: the version that the text was made
-- from. While it is not `version`, another release wrote the book, and the schedule makes the text.
ALTER TABLE Books ADD COLUMN searched_version INTEGER NOT NULL DEFAULT 0;
CREATE INDEX idx_books_unsearched ON Books(isbn) WHERE searched_version <> version;

DROP TRIGGER IF EXISTS books_search_insert;
DROP TRIGGER IF EXISTS books_search_update;
DROP TRIGGER IF EXISTS books_search_delete;
DROP VIEW IF EXISTS BookSearchText;
DROP TABLE IF EXISTS BookSearchLetters;
