import {
  countsOfList,
  entryListSql,
  listStatements,
  type EntryList,
} from "../../library/module.ts";
import type { EntryWrite } from "../../library/domain/entry-write.ts";
import { IS_OURS } from "./advance.ts";
import { takeForStep, type StepBatch } from "./shelf-steps.ts";

const SQL = entryListSql(IS_OURS);

/**
 * Statements that take the shelf and write entries with their readings, tags and own descriptions,
 * for the batch of a claimed step, directly after the claim. Empty if nothing is written.
 * @param removal entries to delete, and when (ms since the epoch)
 */
export function entryStatements(
  db: D1Database,
  { jobId, token, userId }: StepBatch,
  writes: readonly EntryWrite[],
  { removed, at }: Omit<EntryList, "writes"> = { removed: [], at: 0 },
): D1PreparedStatement[] {
  if (writes.length + removed.length === 0) return [];
  const list = { writes, removed, at };
  return [
    takeForStep(db, { jobId, token, userId }, countsOfList(list)),
    ...listStatements(db, SQL, { subject: jobId, token, userId }, list),
  ];
}
