-- The work that an edition belongs to, as the catalogue's provider names it; also in canonical_metadata.
ALTER TABLE Books ADD COLUMN work_id TEXT;
CREATE INDEX idx_books_work ON Books(work_id) WHERE work_id IS NOT NULL;
