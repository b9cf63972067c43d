-- One row per idempotency key in use. One insert claims it, and the statement that ends the guarded batch stores the answer.
-- Instants are ms since the epoch.
CREATE TABLE IdempotencyKeys (
  id TEXT PRIMARY KEY NOT NULL,             -- SHA-256 of caller, operation and key: no address is stored
  user_id TEXT,                             -- the owner; NULL for a caller without an account
  fingerprint TEXT NOT NULL,                -- SHA-256 of the request
  owner TEXT NOT NULL,                      -- the request that runs, or ran, under the key
  lease_until INTEGER NOT NULL,             -- after this, another request may take over if there is no answer
  answer TEXT,                              -- JSON; NULL while the request runs
  expires_at INTEGER NOT NULL
);

CREATE INDEX idx_idempotency_keys_expires
  ON IdempotencyKeys(expires_at);

CREATE INDEX idx_idempotency_keys_user
  ON IdempotencyKeys(user_id) WHERE user_id IS NOT NULL;
