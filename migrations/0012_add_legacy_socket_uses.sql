-- Uses of the old WebSocket by version of the app, one row per version; written in blocks. Removed together with the socket.
-- Instants are ms since the epoch.
CREATE TABLE LegacySocketUses (
  client_version TEXT PRIMARY KEY NOT NULL,  -- `ios/3.2.0`; `other` for invalid versions, and beyond 100 versions
  uses INTEGER NOT NULL,
  first_used_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL
) STRICT;
