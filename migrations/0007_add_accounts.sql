-- Accounts. Tokens and recovery codes are stored only as SHA-256 hashes (64 hex digits). Instants are ms since the epoch.
-- Users.used_at: the first authenticated use; an anonymous account without one is deleted after 30 days.
CREATE TABLE IF NOT EXISTS Users (
  id TEXT PRIMARY KEY NOT NULL,
  recovery_hash TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  used_at INTEGER
);

CREATE INDEX IF NOT EXISTS idx_users_unused
  ON Users(created_at) WHERE used_at IS NULL;

-- One row per valid token; a revoked token is deleted.
CREATE TABLE IF NOT EXISTS Tokens (
  id TEXT PRIMARY KEY NOT NULL,             -- the middle part of bt_<id>_<secret>
  user_id TEXT NOT NULL REFERENCES Users(id) ON DELETE CASCADE,
  hash TEXT NOT NULL,                       -- of the whole token
  scopes TEXT NOT NULL,                     -- JSON array: ["library:read", "imports"]
  created_at INTEGER NOT NULL,
  used_at INTEGER,                          -- written at most once a day
  expires_at INTEGER NOT NULL               -- moves with used_at
);

CREATE INDEX IF NOT EXISTS idx_tokens_user
  ON Tokens(user_id);

CREATE INDEX IF NOT EXISTS idx_tokens_expires
  ON Tokens(expires_at);

-- Maps the subject id of an external issuer to an account.
CREATE TABLE IF NOT EXISTS Identities (
  issuer TEXT NOT NULL,
  subject TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES Users(id) ON DELETE CASCADE,
  linked_at INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS idx_identities_user
  ON Identities(user_id);

-- A tombstone prevents work that still runs for a deleted user from writing. It is kept for 30 days after the deletion.
-- purged_at: when everything was deleted once more, at a time when no request of the user could still be running.
CREATE TABLE IF NOT EXISTS DeletedUsers (
  user_id TEXT PRIMARY KEY NOT NULL,
  deleted_at INTEGER NOT NULL,
  purged_at INTEGER
) WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS idx_deleted_users_unpurged
  ON DeletedUsers(deleted_at) WHERE purged_at IS NULL;

CREATE INDEX IF NOT EXISTS idx_deleted_users_deleted
  ON DeletedUsers(deleted_at);
