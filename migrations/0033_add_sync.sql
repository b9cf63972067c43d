-- Changes of outboxes that were applied, so that a change that is sent again is applied once.
CREATE TABLE SyncKeys (
  user_id TEXT NOT NULL,
  key TEXT NOT NULL,                        -- made by the client
  outcome TEXT NOT NULL,                    -- JSON object: isbn, version
  at INTEGER NOT NULL,                      -- ms since the epoch
  PRIMARY KEY (user_id, key)
) WITHOUT ROWID;

CREATE INDEX idx_sync_keys_at ON SyncKeys(at);

-- listened_until: until when writes are announced to the user's change streams, in ms since the epoch; 0 when nobody listens.
ALTER TABLE Shelves ADD COLUMN listened_until INTEGER NOT NULL DEFAULT 0;
