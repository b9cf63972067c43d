import { MAX_DEFERRED_MS } from "../domain/enrich/books.ts";
import type { DeferredBook, EnrichDeferredDeps } from "../domain/enrich/deferred.ts";
import { reason } from "../domain/job/reasons.ts";
import { CLOCK_SKEW_MS } from "../../platform/time.ts";
import { hasCome } from "./enrichment.ts";

/** A deferred row of ImportResults. */
interface DeferredRow {
  job_id: string;
  row: number;
  isbn: string;
  deferred_for: string;
}

/** Maximum number of users that a run examines, most of whom may have to wait for the next day. */
const USERS_PER_RUN = 500;
/** Maximum number of rows of earlier releases to which a run adds the user. */
const ADOPTED_ROWS = 1000;
/** Further ahead than a deferred book can wait, so the clock was set back. `?2` is now. */
const FAR = `?2 + ${MAX_DEFERRED_MS + CLOCK_SKEW_MS}`;

// The condition of idx_import_results_deferred, which orders the books by user and instant.
const DEFERRED = "enrichment = 'deferred' AND isbn IS NOT NULL";

// Checked first, so that a run without deferred books reads only one row.
const ANY_DEFERRED = `
  SELECT 1 FROM ImportResults INDEXED BY idx_import_results_deferred WHERE ${DEFERRED} AND deferred_for >= ''
  UNION ALL SELECT 1 FROM ImportResults INDEXED BY idx_import_results_deferred WHERE ${DEFERRED} AND deferred_for IS NULL
  LIMIT 1`;

const ADOPT = `
  UPDATE ImportResults SET ask_after = coalesce(ask_after, 0),
    deferred_for = (SELECT user_id FROM ImportJobs WHERE job_id = ImportResults.job_id)
  WHERE (job_id, row) IN (
    SELECT job_id, row FROM ImportResults WHERE ${DEFERRED} AND deferred_for IS NULL LIMIT ${ADOPTED_ROWS}
  )`;

const nextUser = (condition: string): string => `(
  SELECT deferred_for FROM ImportResults INDEXED BY idx_import_results_deferred
  WHERE ${DEFERRED} AND ${condition} ORDER BY deferred_for LIMIT 1)`;

const hasBook = (condition: string): string => `EXISTS (
  SELECT 1 FROM ImportResults INDEXED BY idx_import_results_deferred
  WHERE ${DEFERRED} AND deferred_for = walk.user_id AND ${condition})`;

// Seeks from one user to the next instead of reading their books. ?1 the first id, ?2 now, ?3 the id after the last one or
// NULL, ?4 limit.
const DUE_USERS = `
  WITH RECURSIVE walk(user_id, step) AS (
    SELECT ${nextUser("deferred_for >= ?1")}, 1
    UNION ALL
    SELECT ${nextUser("deferred_for > walk.user_id")}, step + 1 FROM walk
    WHERE user_id IS NOT NULL AND (?3 IS NULL OR user_id < ?3) AND step < ${USERS_PER_RUN}
  )
  SELECT user_id FROM walk
  WHERE user_id IS NOT NULL AND (?3 IS NULL OR user_id < ?3)
    AND (${hasBook("ask_after <= ?2")} OR ${hasBook(`ask_after > ${FAR}`)})
  LIMIT ?4`;

const dueBooks = (condition: string): string => `
  SELECT * FROM (
    SELECT job_id, row, isbn, deferred_for FROM ImportResults INDEXED BY idx_import_results_deferred
    WHERE ${DEFERRED} AND deferred_for = ?1 AND ${condition} ORDER BY ask_after LIMIT ?3
  )`;

// ?1 user, ?2 now, ?3 limit.
const DUE_BOOKS = `
  ${dueBooks("ask_after <= ?2")} UNION ALL ${dueBooks(`ask_after > ${FAR}`)} LIMIT ?3`;

// ?1 the books, ?2 now, ?3 until.
const CLAIM = `
  UPDATE ImportResults SET ask_after = ?3
  FROM json_each(?1) AS book
  WHERE ImportResults.job_id = book.value ->> 'jobId' AND ImportResults.row = book.value ->> 'row'
    AND ImportResults.enrichment = 'deferred' AND ${hasCome("ask_after", MAX_DEFERRED_MS)}
  RETURNING job_id, row, isbn, deferred_for`;

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

/** All statements, for a test of their query plans. */
export const DEFERRED_STATEMENTS = { ANY_DEFERRED, ADOPT, DUE_USERS, DUE_BOOKS, CLAIM, SETTLE };

/** Books that were still pending when their imports ended, in D1. */
export function d1DeferredBooks(db: D1Database): EnrichDeferredDeps["deferred"] {
  return {
    async due(now, from, limit) {
      if ((await db.prepare(ANY_DEFERRED).first()) === null) return [];
      const [, onwards, first] = await db.batch<{ user_id: string }>([
        db.prepare(ADOPT),
        db.prepare(DUE_USERS).bind(from, now, null, limit),
        db.prepare(DUE_USERS).bind("", now, from, limit),
      ]);
      const users = [...(onwards?.results ?? []), ...(first?.results ?? [])].slice(0, limit);
      if (users.length === 0) return [];
      // Every other user has at least one.
      const most = limit - users.length + 1;
      const books = await db.batch<DeferredRow>(
        users.map(({ user_id: userId }) => db.prepare(DUE_BOOKS).bind(userId, now, most)),
      );
      return books.map(({ results }) => results.map(bookOf));
    },
    async claim(books, now, until) {
      const wanted = books.map(({ jobId, row }) => ({ jobId, row }));
      const { results } = await db
        .prepare(CLAIM)
        .bind(JSON.stringify(wanted), now, until)
        .all<DeferredRow>();
      return results.map(bookOf);
    },
    async settle(findings) {
      const notFound = JSON.stringify(reason("NOT_FOUND"));
      await db.prepare(SETTLE).bind(JSON.stringify(findings), notFound).run();
    },
  };
}

function bookOf({ job_id: jobId, deferred_for: userId, row, isbn }: DeferredRow): DeferredBook {
  return { jobId, userId, row, isbn };
}
