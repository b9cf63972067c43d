-- Imports: a job, its rows, its events, and what the queues gave up on. Instants are ms since the epoch.

-- `state` is the status of the API, and `uploading` while the file still comes in (listed nowhere), `undoing` while it is
-- taken back. Every change of a job raises `seq` by one and writes the event of that number in the same batch, so that the
-- numbers have no gap; `step_token` names the writer whose batch moved the job last.
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
  next_chunk INTEGER NOT NULL DEFAULT 0,    -- chunks of rows below it are done in this attempt
  chunks INTEGER NOT NULL DEFAULT 0,
  mode TEXT NOT NULL CHECK (mode IN ('merge', 'overwrite')),
  dry_run INTEGER NOT NULL DEFAULT 0 CHECK (dry_run IN (0, 1)),
  enrich INTEGER NOT NULL DEFAULT 1 CHECK (enrich IN (0, 1)),
  format TEXT NOT NULL DEFAULT '',
  format_confidence REAL NOT NULL DEFAULT 0,
  columns TEXT NOT NULL DEFAULT '[]',       -- JSON array: the file's header, for failed.csv
  file_hash TEXT,                           -- SHA-256 of the file
  ticket_key TEXT NOT NULL,                 -- what the tickets of its stream are signed with
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
  progress REAL NOT NULL DEFAULT 0,         -- never falls within an attempt
  current_title TEXT,
  error TEXT,                               -- JSON object: code, text
  created_at INTEGER NOT NULL,
  started_at INTEGER,                       -- of this attempt
  updated_at INTEGER NOT NULL,
  enrich_since INTEGER,                     -- when this attempt began to ask the providers
  enrich_after INTEGER,                     -- none of them can be asked before
  completed_at INTEGER,
  CHECK (created + updated + unchanged + needs_review + invalid <= total_rows)
);

CREATE INDEX idx_import_jobs_user
  ON ImportJobs(user_id, created_at DESC, job_id);

-- What the watchdog looks for.
CREATE INDEX idx_import_jobs_open
  ON ImportJobs(updated_at) WHERE state IN ('uploading', 'queued', 'processing', 'undoing');

-- What the sweeper looks for; it leaves 0 chunks to a job of which the rows are gone.
CREATE INDEX idx_import_jobs_ended
  ON ImportJobs(completed_at) WHERE completed_at IS NOT NULL AND chunks > 0;

-- One row a record of the file. A chunk is what one step takes: at most 1,000 rows and 1 MB.
CREATE TABLE ImportRows (
  job_id TEXT NOT NULL,
  row INTEGER NOT NULL,                     -- record number in the file, the header is 1
  chunk INTEGER NOT NULL,
  line INTEGER NOT NULL,
  row_hash TEXT NOT NULL,                   -- of the row's cells
  verdict TEXT NOT NULL CHECK (verdict IN ('shelve', 'match', 'invalid')),
  isbn TEXT,                                -- ISBN-13 or local-...; NULL until a book is found
  title TEXT,
  filed TEXT,                               -- JSON: book, entry, addedAt, identifiers; NULL once it is not needed
  raw TEXT,                                 -- JSON object: cells by column; kept for rows in need of a hand
  notes TEXT NOT NULL DEFAULT '[]',         -- JSON array of reasons: what was mended or left out
  reason TEXT,                              -- JSON object: code, text
  matched_by TEXT,
  score REAL,
  outcome TEXT CHECK (outcome IN ('created', 'updated', 'unchanged', 'needsReview', 'invalid')),
  enrichment TEXT CHECK (enrichment IN ('done', 'pending', 'notFound', 'deferred')), -- on the first row of a book
  lease_until INTEGER,                      -- a consumer has taken the row until then
  lease_holder TEXT,
  tries INTEGER NOT NULL DEFAULT 0,
  before TEXT,                              -- JSON: the entry as it was, for undo; NULL when there was none
  after TEXT,                               -- JSON: the entry as it would be, in a preview
  entry_id INTEGER,                         -- UserLibrary.id that was written
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

-- Whether somebody is at work on a job.
CREATE INDEX idx_import_rows_leased
  ON ImportRows(job_id, lease_until) WHERE lease_holder IS NOT NULL;

-- Books that were left over when their import ended.
CREATE INDEX idx_import_rows_deferred
  ON ImportRows(lease_until) WHERE enrichment = 'deferred' AND isbn IS NOT NULL;

-- What a stream replays. `data` is the job's numbers at that moment.
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

-- What a queue gave up on, whole.
CREATE TABLE DeadLetters (
  id TEXT PRIMARY KEY NOT NULL,
  queue TEXT NOT NULL,
  body TEXT NOT NULL,
  user_id TEXT,                             -- on whose behalf; NULL when it is nobody's
  attempts INTEGER NOT NULL,
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'retried')),
  failed_at INTEGER NOT NULL,
  retried_at INTEGER
);

CREATE INDEX idx_dead_letters_open
  ON DeadLetters(failed_at, id) WHERE state = 'open';

CREATE INDEX idx_dead_letters_user
  ON DeadLetters(user_id) WHERE user_id IS NOT NULL;
