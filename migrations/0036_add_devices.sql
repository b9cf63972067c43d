-- The user's name for the device that holds a token.
ALTER TABLE Tokens ADD COLUMN name TEXT;

-- Codes with which a device of the user gets a token of its own. One per user: a new code voids the one before it.
CREATE TABLE Pairings (
  user_id TEXT PRIMARY KEY NOT NULL,
  hash TEXT NOT NULL,                       -- SHA-256 of the code, 64 hex digits
  token_id TEXT NOT NULL,                   -- the token that asked for the code; without it the code is void
  scopes TEXT NOT NULL,                     -- JSON array: what a token of this code may have
  expires_at INTEGER NOT NULL               -- ms since the epoch, as in Tokens
) WITHOUT ROWID;

CREATE UNIQUE INDEX idx_pairings_hash ON Pairings(hash);

CREATE INDEX idx_pairings_expires ON Pairings(expires_at);

-- Tickets that open one download of the user's data once, without a header.
CREATE TABLE DownloadTickets (
  hash TEXT PRIMARY KEY NOT NULL,           -- SHA-256 of the ticket
  user_id TEXT NOT NULL,
  token_id TEXT NOT NULL,                   -- the token that asked for it
  purpose TEXT NOT NULL,                    -- what it opens: "export csv"
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE INDEX idx_download_tickets_user ON DownloadTickets(user_id);

CREATE INDEX idx_download_tickets_expires ON DownloadTickets(expires_at);
