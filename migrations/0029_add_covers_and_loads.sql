-- Cover images in R2, one row for each size that was asked for. hash: NULL while the provider has no such image. The object's key is
-- covers/<isbn>/<width>-<hash>.
CREATE TABLE Covers (
  isbn TEXT NOT NULL,
  width INTEGER NOT NULL,
  hash TEXT,
  type TEXT,
  bytes INTEGER NOT NULL DEFAULT 0,
  fetched_at INTEGER NOT NULL,              -- ms since the epoch
  PRIMARY KEY (isbn, width)
) WITHOUT ROWID;

-- The one row says how many bytes of covers R2 holds.
CREATE TABLE CoverSpace (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  bytes INTEGER NOT NULL DEFAULT 0
);
INSERT INTO CoverSpace (id) VALUES (1);

-- Batches of a local catalogue that were stored, so that a load that is repeated or resumed skips them.
-- load: names the file and the options of a load. next_batch: the number of the first batch that is not stored yet.
CREATE TABLE CatalogueLoads (
  load TEXT PRIMARY KEY NOT NULL,
  next_batch INTEGER NOT NULL,
  books INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,              -- ms since the epoch
  completed_at INTEGER                      -- ms since the epoch
) WITHOUT ROWID;
