-- A deletion that fails is repeated later, and the others go on.
ALTER TABLE DeletedUsers ADD COLUMN purge_attempts INTEGER NOT NULL DEFAULT 0;
-- Milliseconds since the epoch; NULL until an attempt has failed.
ALTER TABLE DeletedUsers ADD COLUMN retry_at INTEGER;
