-- Who still uses the old WebSocket, by version of the app; written in blocks, a row a version. It goes with the socket.
-- Instants are ms since the epoch.
CREATE TABLE LegacySocketUses (
  client_version TEXT PRIMARY KEY NOT NULL,  -- `ios/3.2.0`; `other` for what is no version, and past 100 of them
  uses INTEGER NOT NULL,
  first_used_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL
) STRICT;
