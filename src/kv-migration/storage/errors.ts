import type { ListedFault } from "../domain/page.ts";

interface FaultRow {
  id: number;
  run_id: string;
  key: string;
  reason: string;
  detail: string | null;
  at: number;
}

const PAGE = `
  SELECT id, run_id, key, reason, detail, at FROM MigrationErrors
  WHERE run_id = ?1 AND id > ?2 ORDER BY id LIMIT ?3`;

/** Lists the faults of a run after `afterId`, in the order in which they were found. */
export function d1MigrationErrors(
  db: D1Database,
): (runId: string, afterId: number, limit: number) => Promise<ListedFault[]> {
  return async (runId, afterId, limit) => {
    const { results } = await db.prepare(PAGE).bind(runId, afterId, limit).all<FaultRow>();
    return results.map((row) => ({
      id: row.id,
      runId: row.run_id,
      key: row.key,
      reason: row.reason,
      at: row.at,
      ...(row.detail === null ? {} : { differences: JSON.parse(row.detail) }),
    }));
  };
}
