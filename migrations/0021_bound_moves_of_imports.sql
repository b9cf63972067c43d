-- What is left to do to the results of a job after a move, piece by piece from next_chunk on: 'forget' all, process some
-- 'again', or defer pending books at the 'end' of an attempt. NULL when nothing is left.
ALTER TABLE ImportJobs ADD COLUMN rows_due TEXT;
CREATE INDEX idx_import_jobs_rows_due ON ImportJobs(updated_at) WHERE rows_due IS NOT NULL;

-- No statement of this release or the one before reads them. Each cost a written row per new book.
DROP INDEX IF EXISTS idx_books_year;
DROP INDEX IF EXISTS idx_books_language;
DROP INDEX IF EXISTS idx_books_created;
DROP INDEX IF EXISTS idx_books_updated;
