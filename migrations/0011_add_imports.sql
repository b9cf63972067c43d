-- Imports: a job, its rows, its events, and messages that the queues gave up on. Instants are ms since the epoch.

-- `state` is the status of the API, plus `uploading` while the file arrives (not listed) and `undoing` during an undo. Every
-- change of a job increments `seq` and writes the event of that number in the same batch, so that the numbers have no gap.
-- `step_token` identifies the writer whose batch advanced the job last.
CREATE TABLE ImportJobs (
  job_id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN (
    'uploading', 'queued', 'processing', 'undoing', 'completed', 'failed', 'cancelled', 'previewed', 'undone'
  )),
  phase TEXT NOT NULL DEFAULT 'shelving' CHECK (phase IN ('shelving', 'enriching')),
  attempt INTEGER NOT NULL DEFAULT 1,
  seq INTEGER NOT NULL DEFAULT 0,
  step_token TEXT,
  next_chunk INTEGER NOT NULL DEFAULT 0,    -- chunks below this number are done in this attempt
  chunks INTEGER NOT NULL DEFAULT 0,
  mode TEXT NOT NULL CHECK (mode IN ('merge', 'overwrite')),
  dry_run INTEGER NOT NULL DEFAULT 0 CHECK (dry_run IN (0, 1)),
  enrich INTEGER NOT NULL DEFAULT 1 CHECK (enrich IN (0, 1)),
  format TEXT NOT NULL DEFAULT '',
  format_confidence REAL NOT NULL DEFAULT 0,
  columns TEXT NOT NULL DEFAULT '[]',       -- JSON array: the file's header, for failed.csv
  file_hash TEXT,                           -- SHA-256 of the file
  ticket_key TEXT NOT NULL,                 -- the key that signs the tickets of its stream
  total_rows INTEGER NOT NULL DEFAULT 0,
  created INTEGER NOT NULL DEFAULT 0,
  updated INTEGER NOT NULL DEFAULT 0,
  unchanged INTEGER NOT NULL DEFAULT 0,
  needs_review INTEGER NOT NULL DEFAULT 0,
  invalid INTEGER NOT NULL DEFAULT 0,
  enrich_done INTEGER NOT NULL DEFAULT 0,
  enrich_pending INTEGER NOT NULL DEFAULT 0,
  enrich_not_found INTEGER NOT NULL DEFAULT 0,
  enrich_deferred INTEGER NOT NULL DEFAULT 0,
  progress REAL NOT NULL DEFAULT 0,         -- never decreases within an attempt
  current_title TEXT,
  error TEXT,                               -- JSON object: code, text
  created_at INTEGER NOT NULL,
  started_at INTEGER,                       -- of this attempt
  updated_at INTEGER NOT NULL,
  enrich_since INTEGER,                     -- when this attempt began asking the providers
  enrich_after INTEGER,                     -- no provider can be asked before this time
  completed_at INTEGER,
  CHECK (created + updated + unchanged + needs_review + invalid <= total_rows)
);

CREATE INDEX idx_import_jobs_user
  ON ImportJobs(user_id, created_at DESC, job_id);

-- Used by the watchdog.
CREATE INDEX idx_import_jobs_open
  ON ImportJobs(updated_at) WHERE state IN ('uploading', 'queued', 'processing', 'undoing');

-- Used by the sweeper, which sets `chunks` to 0 when it has deleted the rows of a job.
CREATE INDEX idx_import_jobs_ended
  ON ImportJobs(completed_at) WHERE completed_at IS NOT NULL AND chunks > 0;

-- One row per record of the file. A chunk is the input of one step: at most 1,000 rows and 1 MB.
CREATE TABLE ImportRows (
  job_id TEXT NOT NULL,
  row INTEGER NOT NULL,                     -- record number in the file, the header is 1
  chunk INTEGER NOT NULL,
  line INTEGER NOT NULL,
  row_hash TEXT NOT NULL,                   -- of the row's cells
  verdict TEXT NOT NULL CHECK (verdict IN ('shelve', 'match', 'invalid')),
  isbn TEXT,                                -- ISBN-13 or local-...; NULL until a book is found
  title TEXT,
  filed TEXT,                               -- JSON: book, entry, addedAt, identifiers; NULL when no longer needed
  raw TEXT,                                 -- JSON object: cells by column; kept for rows that need attention
  notes TEXT NOT NULL DEFAULT '[]',         -- JSON array of reasons: what was corrected or left out
  reason TEXT,                              -- JSON object: code, text
  matched_by TEXT,
  score REAL,
  outcome TEXT CHECK (outcome IN ('created', 'updated', 'unchanged', 'needsReview', 'invalid')),
  enrichment TEXT CHECK (enrichment IN ('done', 'pending', 'notFound', 'deferred')), -- on the first row of a book
  lease_until INTEGER,                      -- a consumer has leased the row until this time
  lease_holder TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  before TEXT,                              -- JSON: the previous entry, for undo; NULL if there was none
  after TEXT,                               -- JSON: the entry as it would be, in a preview
  entry_id INTEGER,                         -- UserLibrary.id of the written entry
  entry_version INTEGER,                    -- its version after the write
  undo TEXT CHECK (undo IN ('reverted', 'changedSince')),
  PRIMARY KEY (job_id, row),
  FOREIGN KEY (job_id) REFERENCES ImportJobs(job_id) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE INDEX idx_import_rows_chunk
  ON ImportRows(job_id, chunk);

CREATE INDEX idx_import_rows_outcome
  ON ImportRows(job_id, outcome, row);

CREATE INDEX idx_import_rows_isbn
  ON ImportRows(job_id, isbn, row) WHERE isbn IS NOT NULL;

CREATE INDEX idx_import_rows_pending
  ON ImportRows(job_id, lease_until, row) WHERE enrichment = 'pending';

-- Finds the active leases of a job.
CREATE INDEX idx_import_rows_leased
  ON ImportRows(job_id, lease_until) WHERE lease_holder IS NOT NULL;

-- Finds books that were still pending when their import ended.
CREATE INDEX idx_import_rows_deferred
  ON ImportRows(lease_until) WHERE enrichment = 'deferred' AND isbn IS NOT NULL;

-- Events that a stream replays. `data` contains the job's numbers at that time.
CREATE TABLE ImportEvents (
  job_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  attempt INTEGER NOT NULL,
  type TEXT NOT NULL,                       -- progress, or the status that ended the attempt
  data TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (job_id, seq),
  FOREIGN KEY (job_id) REFERENCES ImportJobs(job_id) ON DELETE CASCADE
) WITHOUT ROWID;

-- Complete messages that a queue gave up on.
CREATE TABLE DeadLetters (
  id TEXT PRIMARY KEY NOT NULL,
  queue TEXT NOT NULL,
  body TEXT NOT NULL,
  user_id TEXT,                             -- the user for whom it was sent; NULL if there is none
  attempts INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'retried')),
  failed_at INTEGER NOT NULL,
  retried_at INTEGER
);

CREATE INDEX idx_dead_letters_open
  ON DeadLetters(failed_at, id) WHERE state = 'open';

CREATE INDEX idx_dead_letters_user
  ON DeadLetters(user_id) WHERE user_id IS NOT NULL;
