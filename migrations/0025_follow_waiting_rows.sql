-- What a row of another service is known by: `text:` and the hash of title and first author. NULL in rows of earlier releases.
ALTER TABLE ReviewQueue ADD COLUMN text_key TEXT;
-- The later import that updated the waiting row, and the row before that update as JSON, for undo.
ALTER TABLE ReviewQueue ADD COLUMN updated_by TEXT;
ALTER TABLE ReviewQueue ADD COLUMN before TEXT;
CREATE INDEX idx_review_queue_text ON ReviewQueue(user_id, text_key) WHERE text_key IS NOT NULL;
CREATE INDEX idx_review_queue_updated ON ReviewQueue(updated_by) WHERE updated_by IS NOT NULL;
-- What to do with rows without an ISBN: 'review' or 'shelve'.
ALTER TABLE ImportJobs ADD COLUMN without_isbn TEXT NOT NULL DEFAULT 'review';
