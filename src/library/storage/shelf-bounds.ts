import type { ShelfLimits } from "../../quotas/domain/policy.ts";
import { defined } from "../../platform/defined.ts";
import { entriesSql, progressSql } from "../../quotas/module.ts";
import type { ShelfSave, ShelfWrite } from "../domain/shelf.ts";

const HELD = `SELECT ${entriesSql("?1")} AS entries, ${progressSql("?1")} AS progress`;

/** How much the user has of what is limited. */
export interface Held {
  entries: number;
  progress: number;
}

/** The limits that apply to a write: those on what it adds. */
export function boundsOf(
  { before, progress }: Partial<Pick<ShelfWrite, "before" | "progress">>,
  limits: ShelfLimits,
): ShelfLimits {
  return defined({
    entries: before === undefined || before.entry ? undefined : limits.entries,
    progress: progress?.before === 0 ? limits.progress : undefined,
  });
}

/**
 * The statements that count what the user has, only where a limit may have refused the write. They
 * follow the write's own.
 */
export function heldStatements(
  db: D1Database,
  userId: string,
  { entries, progress }: ShelfLimits,
): D1PreparedStatement[] {
  const isBounded = entries !== undefined || progress !== undefined;
  return isBounded ? [db.prepare(HELD).bind(userId)] : [];
}

/** The outcome of a write, from the results of its batch and of `heldStatements`. */
export function outcomeOf(results: readonly D1Result<Held>[], bounds: ShelfLimits): ShelfSave {
  if (results[0]?.results.length === 1) return "saved";
  const held = results.at(-1)?.results[0];
  if (held && held.entries >= (bounds.entries ?? Infinity)) return "full";
  if (held && held.progress >= (bounds.progress ?? Infinity)) return "progress_full";
  return "conflict";
}
