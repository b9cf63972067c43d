-- sort_series: the first series of the book as the user sees it, and the book's position in it, in a form that sorts as text; NULL
-- without a series.
ALTER TABLE UserLibrary ADD COLUMN sort_series TEXT;
CREATE INDEX idx_user_library_series ON UserLibrary(user_id, sort_series) WHERE sort_series IS NOT NULL;

-- book_format: the format that the binding of the catalogue's book names; NULL if it names none. It counts where the user has not said
-- which format their copy has.
ALTER TABLE UserLibrary ADD COLUMN book_format TEXT;

-- Keys that entries of earlier releases lack. The schedule gives them to all entries after after_id, in the order of their ids, and
-- deletes the row at the end.
CREATE TABLE KeyBackfills (
  name TEXT PRIMARY KEY NOT NULL,
  after_id INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO KeyBackfills (name, after_id) VALUES ('series and format', 0);
