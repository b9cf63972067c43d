-- The user whose book waits for the schedule, so that users have their books looked up in turns; set when a book is deferred,
-- NULL on rows of earlier releases until the schedule sets it.
ALTER TABLE ImportResults ADD COLUMN deferred_for TEXT;

DROP INDEX idx_import_results_deferred;
CREATE INDEX idx_import_results_deferred ON ImportResults(deferred_for, ask_after)
  WHERE enrichment = 'deferred' AND isbn IS NOT NULL;
