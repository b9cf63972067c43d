import type { EnrichDeferredDeps } from "../domain/enrich/deferred.ts";
import { reason } from "../domain/job/reasons.ts";

/** A claimed row of ImportRows. */
interface DeferredRow {
  job_id: string;
  row: number;
  isbn: string;
}

const CLAIM = `
  UPDATE ImportRows SET lease_until = ?2
  WHERE (job_id, row) IN (
    SELECT job_id, row FROM ImportRows
    WHERE enrichment = 'deferred' AND isbn IS NOT NULL AND (lease_until IS NULL OR lease_until <= ?1)
    ORDER BY lease_until LIMIT ?3
  )
  RETURNING job_id, row, isbn`;

// When an import is retried, its rows are no longer deferred and belong to the import again.
const SETTLE = `
  UPDATE ImportRows SET
    enrichment = CASE
      WHEN finding.value ->> 'said' = 'notFound' THEN 'notFound'
      WHEN finding.value ->> 'said' = 'done' AND EXISTS (SELECT 1 FROM Books WHERE Books.isbn = ImportRows.isbn)
        THEN 'done'
      ELSE 'deferred'
    END,
    lease_until = coalesce(finding.value ->> 'until', lease_until),
    reason = CASE finding.value ->> 'said' WHEN 'pending' THEN reason WHEN 'notFound' THEN ?2 END
  FROM json_each(?1) AS finding
  WHERE ImportRows.job_id = finding.value ->> 'jobId' AND ImportRows.row = finding.value ->> 'row'
    AND ImportRows.enrichment = 'deferred'`;

/** Books that were still pending when their imports ended, in D1. */
export function d1DeferredBooks(db: D1Database): EnrichDeferredDeps["deferred"] {
  return {
    async claim(now, until, limit) {
      const { results } = await db.prepare(CLAIM).bind(now, until, limit).all<DeferredRow>();
      return results.map(({ job_id: jobId, row, isbn }) => ({ jobId, row, isbn }));
    },
    async settle(findings) {
      const notFound = JSON.stringify(reason("NOT_FOUND"));
      await db.prepare(SETTLE).bind(JSON.stringify(findings), notFound).run();
    },
  };
}
