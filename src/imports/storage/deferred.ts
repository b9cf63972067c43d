import type { EnrichDeferredDeps } from "../domain/enrich/deferred.ts";
import { reason } from "../domain/job/reasons.ts";

/** A claimed row of ImportResults. */
interface DeferredRow {
  job_id: string;
  row: number;
  isbn: string;
  user_id: string;
}

const CLAIM = `
  UPDATE ImportResults SET ask_after = ?2
  WHERE (job_id, row) IN (
    SELECT job_id, row FROM ImportResults
    WHERE enrichment = 'deferred' AND isbn IS NOT NULL AND (ask_after IS NULL OR ask_after <= ?1)
    ORDER BY ask_after LIMIT ?3
  )
  RETURNING job_id, row, isbn, (SELECT user_id FROM ImportJobs WHERE job_id = ImportResults.job_id) AS user_id`;

// When an import is retried, its rows are no longer deferred and belong to the import again.
const SETTLE = `
  UPDATE ImportResults SET
    enrichment = CASE
      WHEN finding.value ->> 'said' = 'notFound' THEN 'notFound'
      WHEN finding.value ->> 'said' = 'done' AND EXISTS (SELECT 1 FROM Books WHERE Books.isbn = ImportResults.isbn)
        THEN 'done'
      ELSE 'deferred'
    END,
    ask_after = coalesce(finding.value ->> 'until', ask_after),
    reason = CASE finding.value ->> 'said' WHEN 'done' THEN NULL WHEN 'notFound' THEN ?2 ELSE reason END
  FROM json_each(?1) AS finding
  WHERE ImportResults.job_id = finding.value ->> 'jobId' AND ImportResults.row = finding.value ->> 'row'
    AND ImportResults.enrichment = 'deferred'`;

/** Books that were still pending when their imports ended, in D1. */
export function d1DeferredBooks(db: D1Database): EnrichDeferredDeps["deferred"] {
  return {
    async claim(now, until, limit) {
      const { results } = await db.prepare(CLAIM).bind(now, until, limit).all<DeferredRow>();
      return results.map(({ job_id: jobId, user_id: userId, row, isbn }) => ({
        jobId,
        userId,
        row,
        isbn,
      }));
    },
    async settle(findings) {
      const notFound = JSON.stringify(reason("NOT_FOUND"));
      await db.prepare(SETTLE).bind(JSON.stringify(findings), notFound).run();
    },
  };
}
