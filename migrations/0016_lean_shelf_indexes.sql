-- The feed of changes, and entries that another release wrote.
CREATE INDEX idx_user_library_seq ON UserLibrary(user_id, seq);
CREATE INDEX idx_user_library_unkept ON UserLibrary(user_id) WHERE kept_version <> version;

-- A page by status in another order than that of addition walks the order's index, or sorts the status, whichever is less.
DROP INDEX IF EXISTS idx_user_library_status_title;
DROP INDEX IF EXISTS idx_user_library_status_author;
DROP INDEX IF EXISTS idx_user_library_status_rating;
DROP INDEX IF EXISTS idx_user_library_status_year;
DROP INDEX IF EXISTS idx_user_library_status_finished;

-- Entries without a rating, year or last day are found by idx_user_library_added.
DROP INDEX IF EXISTS idx_user_library_rating;
CREATE INDEX idx_user_library_rating ON UserLibrary(user_id, rating) WHERE rating IS NOT NULL;
DROP INDEX IF EXISTS idx_user_library_year;
CREATE INDEX idx_user_library_year ON UserLibrary(user_id, year) WHERE year IS NOT NULL;
DROP INDEX IF EXISTS idx_user_library_finished;
CREATE INDEX idx_user_library_finished ON UserLibrary(user_id, last_finished) WHERE last_finished IS NOT NULL;
DROP INDEX IF EXISTS idx_readings_finished;
CREATE INDEX idx_readings_finished ON Readings(user_id, finished_at) WHERE finished_at IS NOT NULL;
