-- What a waiting row is known by when it comes again: the id that its source gave it, else its title and authors. NULL until
-- the schedule has read it; 'twin:' and the row's id where an older row of the user is known by the same, or where it has
-- neither id nor title.
ALTER TABLE ReviewQueue ADD COLUMN source_key TEXT;
-- The import that found the edition of the row; NULL when the user settled it.
ALTER TABLE ReviewQueue ADD COLUMN resolved_by TEXT;
CREATE UNIQUE INDEX idx_review_queue_source ON ReviewQueue(user_id, source_key) WHERE source_key IS NOT NULL;
CREATE INDEX idx_review_queue_unkeyed ON ReviewQueue(id) WHERE source_key IS NULL;
CREATE INDEX idx_review_queue_job ON ReviewQueue(job_id, row);
