import type {
  MatchRowsDeps,
  RowClaim,
  RowContext,
  RowSettlement,
  WaitingRow,
} from "../domain/enrich/match-rows.ts";
import { sourceKeysOf } from "../domain/job/source-key.ts";
import { sha256 } from "../../platform/crypto.ts";
import { defined, withoutNulls } from "../../platform/defined.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { readChunk, withCells } from "./chunks.ts";
import { claimStep, eventOf, IS_OURS, readJob, type JobStep } from "./advance.ts";
import { MAX_WAIT_MS } from "../domain/match/find-edition.ts";
import { hasCome, IS_ENRICHING, leaseJob, RELEASE } from "./enrichment.ts";
import { entryStatements } from "./entry-writes.ts";
import { finishStatements } from "./finish.ts";
import { placesOf, type ReadPlaces } from "./places.ts";
import type { ShelfLimits } from "../../quotas/domain/policy.ts";
import { atMostBefore, readRoom } from "./room.ts";
import { reviewIdOf } from "./reviews.ts";

/** A row to match; `staged` is the row of its chunk as JSON. */
interface ClaimedRow {
  row: number;
  row_hash: string;
  title: string | null;
  staged: string | null;
}

const IS_DUE = `enrichment = 'pending' AND isbn IS NULL AND ${hasCome("ask_after", MAX_WAIT_MS)}`;

const LEASE = leaseJob(IS_DUE);

// ?1 job, ?2 now, ?3 owner, ?4 limit.
const DUE_ROWS = `
  SELECT row, row_hash, title, (
    SELECT staged.value FROM ImportChunks AS chunk CROSS JOIN json_each(chunk.rows) AS staged
    WHERE chunk.job_id = ?1 AND due.row BETWEEN chunk.first_row AND chunk.last_row AND staged.value ->> 'row' = due.row
  ) AS staged
  FROM (
    SELECT row, row_hash, title FROM ImportResults
    WHERE job_id = ?1 AND ${IS_DUE} AND EXISTS (SELECT 1 FROM ImportJobs WHERE job_id = ?1 AND lease_holder = ?3)
    ORDER BY ask_after, row LIMIT ?4
  ) AS due`;

// ?1 job, ?2 row, ?3 owner, ?4 source key, ?5 text key.
const REVIEW = `
  SELECT review.id, review.state
  FROM ImportResults AS held
  CROSS JOIN ImportJobs AS job ON job.job_id = held.job_id
  LEFT JOIN ReviewQueue AS review
    ON review.id = ${reviewIdOf({ user: "job.user_id", hash: "held.row_hash", key: "?4", textKey: "?5", job: "held.job_id", format: "job.format" })}
  WHERE held.job_id = ?1 AND held.row = ?2 AND job.lease_holder = ?3 AND held.enrichment = 'pending'`;

// ?1 job, ?2 row, ?3 hash.
const DUPLICATES = `
  SELECT row FROM ImportResults INDEXED BY idx_import_results_twins
  WHERE job_id = ?1 AND outcome = 'needsReview' AND row <> ?2 AND row_hash = ?3`;

// ?1 job, ?2 token, ?3 row, ?4 settlement, ?5 user.
const SETTLE_ROW = `
  UPDATE ImportResults SET
    enrichment = ?4 ->> 'enrichment', ask_after = NULL,
    reason = CASE WHEN ?4 ->> 'isbn' IS NULL THEN coalesce(?4 -> 'reason', reason) END,
    outcome = coalesce(?4 ->> 'outcome', outcome),
    isbn = ?4 ->> 'isbn', matched_by = ?4 ->> 'by', score = ?4 ->> 'score',
    notes = CASE WHEN ?4 -> 'notes' IS NULL THEN notes ELSE (
      SELECT json_group_array(json(value)) FROM (
        SELECT value FROM json_each(coalesce(ImportResults.notes, '[]')) UNION ALL SELECT value FROM json_each(?4, '$.notes')
      )
    ) END,
    before = ?4 -> 'before', entry_version = ?4 ->> 'version',
    entry_id = CASE WHEN ?4 ->> 'version' IS NOT NULL THEN (
      SELECT id FROM UserLibrary WHERE user_id = ?5 AND isbn = ?4 ->> 'isbn'
    ) END
  WHERE job_id = ?1 AND row = ?3 AND ${IS_OURS}`;

// ?1 job, ?2 token, ?3 rows, ?4 isbn.
const SETTLE_DUPLICATES = `
  UPDATE ImportResults SET outcome = 'unchanged', isbn = ?4, reason = NULL
  WHERE job_id = ?1 AND row IN (SELECT value FROM json_each(?3)) AND ${IS_OURS}`;

// ?1 job, ?2 token, ?3 rows. Shelved rows no longer need their cells.
const DROP_CELLS = `
  UPDATE ImportChunks SET rows = (
    SELECT json_group_array(json(value)) FROM json_each(ImportChunks.rows)
    WHERE value ->> 'row' NOT IN (SELECT value FROM json_each(?3))
  )
  WHERE job_id = ?1 AND ${IS_OURS}
    AND EXISTS (SELECT 1 FROM json_each(?3) WHERE value BETWEEN ImportChunks.first_row AND ImportChunks.last_row)`;

// ?1 job, ?2 token, ?3 item, ?4 isbn, ?5 now. If the user has settled the item since it was read, the state becomes NULL,
// which the column rejects, and the whole batch fails.
const RESOLVE_REVIEW = `
  UPDATE ReviewQueue SET state = CASE state WHEN 'open' THEN 'resolved' END, shelved_as = ?4, settled_at = ?5, resolved_by = ?1
  WHERE id = ?3 AND ${IS_OURS}`;

// ?1 job, ?2 token, ?3 item, ?4 candidates, ?5 reason.
const ADD_CANDIDATES = `
  UPDATE ReviewQueue SET candidates = ?4, reason = coalesce(?5, reason)
  WHERE id = ?3 AND state = 'open' AND ${IS_OURS}`;

// ?1 job, ?2 until.
const REST = `UPDATE ImportJobs SET enrich_after = ?2 WHERE job_id = ?1 AND ${IS_ENRICHING}`;

/**
 * Pending rows without an ISBN, in D1. Every call throws DomainError DATABASE_UNAVAILABLE when D1 is unavailable.
 * @param limits of shelves and review queues
 */
export function d1WaitingRows(
  db: D1Database,
  newId: () => string,
  log: Log,
  limits: ShelfLimits = {},
): MatchRowsDeps["rows"] {
  const { read, write } = d1Errors(log);
  return {
    async claim(jobId, { owner, now, until }, limit) {
      const [leased, due] = await write(
        db.batch<{ user_id: string; format: string } & ClaimedRow>([
          db.prepare(LEASE).bind(jobId, now, owner, until),
          db.prepare(DUE_ROWS).bind(jobId, now, owner, limit),
        ]),
      );
      const [job] = leased?.results ?? [];
      if (job === undefined) return undefined;
      const rows = (due?.results ?? []).map((row) => waitingOf(db, jobId, row, job.format));
      return { jobId, userId: job.user_id, owner, rows: await Promise.all(rows) };
    },
    read: (claim, row, isbn) => read(readContext(db, limits, claim, row, isbn)),
    async settle(settlement) {
      const [claimed] = await write(db.batch(statementsOf(db, limits, settlement, newId())));
      return (claimed?.meta.changes ?? 0) > 0;
    },
    async release({ jobId, owner }, until) {
      const statements = [
        db.prepare(RELEASE).bind(jobId, owner),
        ...(until === undefined ? [] : [db.prepare(REST).bind(jobId, until)]),
      ];
      await write(db.batch(statements));
    },
  };
}

/** Reads the job first: if anything changes after that, the write based on this context fails instead of going wrong. */
async function readContext(
  db: D1Database,
  limits: ShelfLimits,
  { jobId, owner }: RowClaim,
  { row, rowHash, sourceKey, textKey }: WaitingRow,
  isbn: string | undefined,
): Promise<RowContext | undefined> {
  const job = await readJob(db, jobId);
  if (job === undefined) return undefined;
  const [reviews, duplicates] = await db.batch<{
    id: string | null;
    state: string | null;
    row: number;
  }>([
    db.prepare(REVIEW).bind(jobId, row, owner, sourceKey ?? null, textKey ?? null),
    db.prepare(DUPLICATES).bind(jobId, row, rowHash),
  ]);
  const review = reviews?.results[0];
  if (review === undefined) return undefined;
  const { places, read }: ReadPlaces =
    isbn === undefined ? { places: new Map(), read: [] } : await placesOf(db, job, [isbn]);
  const room = await readRoom(db, job, [], limits);
  return {
    job,
    room,
    review: review.id === null ? undefined : { id: review.id, isOpen: review.state === "open" },
    duplicates: duplicates?.results.map(({ row }) => row) ?? [],
    places,
    read,
  };
}

function statementsOf(
  db: D1Database,
  limits: ShelfLimits,
  settlement: RowSettlement,
  token: string,
): D1PreparedStatement[] {
  const { job, next, row, enrichment, matched, duplicates, reviewId, candidates, reason } =
    settlement;
  const { jobId, userId } = job;
  const at = next.updatedAt;
  const atMost = matched ? { atMost: atMostBefore(matched.plan, limits) } : {};
  const step: JobStep = { job, next, token, read: settlement.read, ...atMost };
  const ours = (sql: string, ...values: unknown[]): D1PreparedStatement =>
    db.prepare(sql).bind(jobId, token, ...values);
  const { written, outcome, notes } = matched?.plan.rows[0] ?? {};
  const settled = {
    enrichment,
    ...defined({ reason }),
    ...(matched ? { isbn: matched.isbn, by: matched.by, score: matched.score, outcome } : {}),
    ...(notes ? { notes } : {}),
    ...written,
  };
  return [
    claimStep(db, step),
    ...entryStatements(db, { jobId, token, userId }, matched?.plan.writes ?? []),
    ours(SETTLE_ROW, row, JSON.stringify(settled), userId),
    ...(matched
      ? [
          ours(SETTLE_DUPLICATES, JSON.stringify(duplicates), matched.isbn),
          ours(DROP_CELLS, JSON.stringify([row, ...duplicates])),
        ]
      : []),
    ...reviewStatements(),
    eventOf(db, step),
    ...finishStatements(db, { jobId, token, at }),
  ];

  function reviewStatements(): D1PreparedStatement[] {
    if (reviewId === undefined) return [];
    if (matched) return [ours(RESOLVE_REVIEW, reviewId, matched.isbn, at)];
    const why = reason ? JSON.stringify(reason) : null;
    return [ours(ADD_CANDIDATES, reviewId, JSON.stringify(candidates), why)];
  }
}

async function waitingOf(
  db: D1Database,
  jobId: string,
  claimed: ClaimedRow,
  format: string,
): Promise<WaitingRow> {
  const { row, row_hash: rowHash, title, staged } = claimed;
  const [file] = staged === null ? [] : await withCells(db, jobId, readChunk(`[${staged}]`));
  const { raw = {}, parsed = { book: {}, entry: {}, identifiers: {} } } = file ?? {};
  const { title: named, authors } = parsed.book;
  const keys = await sourceKeysOf({ format, raw, title: named, authors }, { sha256 });
  return {
    row,
    rowHash,
    ...keys,
    ...withoutNulls({ title }),
    parsed,
  };
}
