import type { IssueTokenDeps } from "../domain/issue-token.ts";
import type { LinkIdentityDeps } from "../domain/link-identity.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";

/** The columns of `Identities` that linking returns; `linked_at` in ms since the epoch. */
interface LinkRow {
  user_id: string;
  linked_at: number;
}

const FIND_USER = "SELECT user_id FROM Identities WHERE issuer = ?1 AND subject = ?2";

// The no-op update makes RETURNING yield the existing row of an identity that is already linked.
const LINK = `
  INSERT INTO Identities (issuer, subject, user_id, linked_at)
  SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM Users WHERE id = ?3)
  ON CONFLICT(issuer, subject) DO UPDATE SET linked_at = linked_at
  RETURNING user_id, linked_at`;

/** External identities in D1. */
export function d1Identities(
  db: D1Database,
  log: Log,
): IssueTokenDeps["identities"] & LinkIdentityDeps["identities"] {
  const { read, write } = d1Errors(log);
  return {
    async findUser({ issuer, subject }) {
      const find = db.prepare(FIND_USER).bind(issuer, subject);
      return (await read(find.first<string>("user_id"))) ?? undefined;
    },
    async link({ issuer, subject }, { userId, linkedAt }) {
      const link = db.prepare(LINK).bind(issuer, subject, userId, linkedAt);
      const row = await write(link.first<LinkRow>());
      return row ? { userId: row.user_id, linkedAt: row.linked_at } : undefined;
    },
  };
}
