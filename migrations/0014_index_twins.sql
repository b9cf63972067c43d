-- Rows without an ISBN that say the same: found by what they say, and not by going through all that wait in their import.
CREATE INDEX idx_import_rows_twins
  ON ImportRows(job_id, row_hash) WHERE outcome = 'needsReview';
