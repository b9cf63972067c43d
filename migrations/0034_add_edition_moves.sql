-- Where a user has moved the entry of an edition: an import that names the old edition means the new one. moved_to is never the
-- key of another row of the user: a further move updates it.
CREATE TABLE EditionMoves (
  user_id TEXT NOT NULL,
  isbn TEXT NOT NULL,                       -- ISBN-13 or local-...
  moved_to TEXT NOT NULL,
  PRIMARY KEY (user_id, isbn)
) WITHOUT ROWID;
