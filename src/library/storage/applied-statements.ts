import type { AppliedChange } from "../../idempotency/domain/applied-change.ts";
import { keepChangeSql, keptValues } from "../../idempotency/module.ts";
import { HAS_SHELF } from "./shelf-takes.ts";

const KEEP_CHANGE = keepChangeSql(HAS_SHELF);

/** The statement that remembers a change in the batch that applies it; none for other writes. */
export function appliedStatements(
  db: D1Database,
  userId: string,
  token: string,
  applied: AppliedChange | undefined,
): D1PreparedStatement[] {
  if (applied === undefined) return [];
  // The token is ?2.
  return [db.prepare(KEEP_CHANGE).bind(userId, token, ...keptValues(applied))];
}
