-- What is left to do to the results of a job after a move, chunk by chunk from next_chunk on: 'forget' all, process some
-- 'again', defer pending books at the 'end' of an attempt, or 'stop' a retry. NULL when nothing is left.
ALTER TABLE ImportJobs ADD COLUMN rows_due TEXT;
CREATE INDEX idx_import_jobs_rows_due ON ImportJobs(updated_at) WHERE rows_due IS NOT NULL;

-- No statement of this release or the one before reads them. Each cost a written row per new book.
DROP INDEX IF EXISTS idx_books_year;
DROP INDEX IF EXISTS idx_books_language;
DROP INDEX IF EXISTS idx_books_created;
DROP INDEX IF EXISTS idx_books_updated;

-- The items of the review queue that an import has resolved: its undo reopens them.
CREATE INDEX idx_review_queue_resolved ON ReviewQueue(resolved_by, shelved_as) WHERE resolved_by IS NOT NULL;
