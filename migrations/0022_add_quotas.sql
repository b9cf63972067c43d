-- What was used of a quota on one UTC day. subject: an account, the salted hash of a network, or a part of the service. Rows
-- of past days are deleted by the schedule.
CREATE TABLE QuotaUses (
  subject TEXT NOT NULL,
  quota TEXT NOT NULL,
  day INTEGER NOT NULL,                     -- days since the epoch
  user_id TEXT,                             -- the account when it is the subject; NULL otherwise
  used INTEGER NOT NULL,
  PRIMARY KEY (subject, quota, day)
) WITHOUT ROWID;

CREATE INDEX idx_quota_uses_day ON QuotaUses(day);
CREATE INDEX idx_quota_uses_user ON QuotaUses(user_id) WHERE user_id IS NOT NULL;

-- Files that were imported and counted, so that the same file counts once a day.
CREATE TABLE QuotaFiles (
  user_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  hash TEXT NOT NULL,                       -- SHA-256 of the file
  opening TEXT NOT NULL,                    -- SHA-256 of its first records
  rows INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  PRIMARY KEY (user_id, day, hash)
) WITHOUT ROWID;

CREATE INDEX idx_quota_files_day ON QuotaFiles(day);

-- What an upload has been charged, as a JSON array of {subject, quota, day, amount}: given back if the upload leaves nothing.
ALTER TABLE ImportJobs ADD COLUMN charges TEXT;
-- The hashed network of the upload on its day; NULL when the address is unknown.
ALTER TABLE ImportJobs ADD COLUMN network TEXT;

-- Counts the running imports of an account.
CREATE INDEX idx_import_jobs_running
  ON ImportJobs(user_id) WHERE state IN ('uploading', 'queued', 'processing', 'undoing');

-- Finds previewed imports that were not committed in time.
CREATE INDEX idx_import_jobs_previewed ON ImportJobs(completed_at) WHERE state = 'previewed';
