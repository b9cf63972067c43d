-- One row an idempotency key that is in use: claimed by one insert, answered by the statement that ends the batch of what
-- the key guards. Instants are ms since the epoch.
CREATE TABLE IdempotencyKeys (
  id TEXT PRIMARY KEY NOT NULL,             -- SHA-256 of caller, operation and key: an address is never kept
  user_id TEXT,                             -- whose it is; NULL for a caller without an account
  fingerprint TEXT NOT NULL,                -- SHA-256 of what was asked for
  owner TEXT NOT NULL,                      -- the request that runs, or ran, under the key
  lease_until INTEGER NOT NULL,             -- from then on another request may take over, if there is no answer
  answer TEXT,                              -- JSON; NULL while the request runs
  expires_at INTEGER NOT NULL
);

CREATE INDEX idx_idempotency_keys_expires
  ON IdempotencyKeys(expires_at);

CREATE INDEX idx_idempotency_keys_user
  ON IdempotencyKeys(user_id) WHERE user_id IS NOT NULL;
