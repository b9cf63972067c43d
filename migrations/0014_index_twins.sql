-- Finds duplicate rows without an ISBN by the hash of their cells, without scanning all waiting rows of their import.
CREATE INDEX idx_import_rows_twins
  ON ImportRows(job_id, row_hash) WHERE outcome = 'needsReview';
