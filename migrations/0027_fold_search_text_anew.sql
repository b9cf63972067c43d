-- The second definition of the search text. folded: the version that the text was made from, times 16, plus the number of the
-- definition (FOLD in src/catalogue/domain/search/index-text.ts). While it differs, the text is of an earlier definition or another
-- release wrote the book, and the schedule makes it anew. A later definition replaces the index by one with its own number.
-- popularity: how many users of a provider have the book; decides between books that match a search equally well.
ALTER TABLE Books ADD COLUMN folded INTEGER NOT NULL DEFAULT 0;
ALTER TABLE Books ADD COLUMN popularity INTEGER NOT NULL DEFAULT 0;
CREATE INDEX idx_books_unfolded ON Books(isbn) WHERE folded <> version * 16 + 2;

-- The words of the index, to find what a user meant by a misspelled one.
CREATE VIRTUAL TABLE SearchTerms USING fts5vocab(BookSearch, row);
