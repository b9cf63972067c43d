-- How a file was read: its encoding (a label of the Encoding Standard) with confidence, what was assumed (JSON array), and the
-- options that the caller chose for reading it (JSON object). NULL in imports of earlier releases.
ALTER TABLE ImportJobs ADD COLUMN encoding TEXT;
ALTER TABLE ImportJobs ADD COLUMN encoding_confidence REAL;
ALTER TABLE ImportJobs ADD COLUMN assumptions TEXT;
ALTER TABLE ImportJobs ADD COLUMN reading_options TEXT;
-- Until when the bytes of a previewed file are kept in the bucket, ms since the epoch; NULL when they are not.
ALTER TABLE ImportJobs ADD COLUMN file_until INTEGER;
CREATE INDEX idx_import_jobs_files ON ImportJobs(file_until) WHERE file_until IS NOT NULL;
