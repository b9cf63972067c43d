-- How a job's rows are stored: 'rows' in ImportRows, by releases before this one; 'chunks' in ImportChunks and ImportResults.
ALTER TABLE ImportJobs ADD COLUMN staged_in TEXT NOT NULL DEFAULT 'rows';
-- Who works on the books or rows of a job that wait for the providers, and until when (ms since the epoch).
ALTER TABLE ImportJobs ADD COLUMN lease_holder TEXT;
ALTER TABLE ImportJobs ADD COLUMN lease_until INTEGER;

-- The rows of a file as they were read, in pieces of at most 1,000 rows and 1 MB. Once a piece is shelved it keeps only the
-- rows that wait for their user or were refused.
CREATE TABLE ImportChunks (
  job_id TEXT NOT NULL REFERENCES ImportJobs(job_id) ON DELETE CASCADE,
  chunk INTEGER NOT NULL,
  first_row INTEGER NOT NULL,
  last_row INTEGER NOT NULL,
  is_done INTEGER NOT NULL DEFAULT 0,       -- 1 when every row has a result
  rows TEXT NOT NULL,                       -- JSON array of staged rows
  PRIMARY KEY (job_id, chunk)
) WITHOUT ROWID;

-- What became of a row: written once, by the step that takes it; preview, retry, enrichment and undo change it.
CREATE TABLE ImportResults (
  job_id TEXT NOT NULL REFERENCES ImportJobs(job_id) ON DELETE CASCADE,
  row INTEGER NOT NULL,                     -- record number in the file, the header is 1
  line INTEGER NOT NULL,
  is_match INTEGER NOT NULL DEFAULT 0,      -- 1 when the file named no key for the row
  row_hash TEXT NOT NULL,
  isbn TEXT,
  title TEXT,
  notes TEXT,                               -- JSON array of reasons; NULL for none
  reason TEXT,                              -- JSON object: code, text
  matched_by TEXT,
  score REAL,
  outcome TEXT NOT NULL,
  enrichment TEXT,
  ask_after INTEGER,                        -- ms since the epoch
  before TEXT,
  after TEXT,
  entry_id INTEGER,
  entry_version INTEGER,
  undo TEXT,
  PRIMARY KEY (job_id, row)
) WITHOUT ROWID;

CREATE INDEX idx_import_results_isbn ON ImportResults(job_id, isbn, row) WHERE isbn IS NOT NULL;
CREATE INDEX idx_import_results_outcome ON ImportResults(job_id, outcome, row)
  WHERE outcome IN ('updated', 'needsReview', 'invalid');
CREATE INDEX idx_import_results_pending ON ImportResults(job_id, ask_after, row) WHERE enrichment = 'pending';
CREATE INDEX idx_import_results_deferred ON ImportResults(ask_after) WHERE enrichment = 'deferred' AND isbn IS NOT NULL;
CREATE INDEX idx_import_results_twins ON ImportResults(job_id, row_hash) WHERE outcome = 'needsReview';
