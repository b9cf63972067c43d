import type { ActionDeps } from "../domain/job/actions.ts";
import type { Move, WorkDeps } from "../domain/job/work-on-job.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { findJob, readJob } from "./advance.ts";
import { finishJob } from "./finish.ts";
import { isTerminal } from "../domain/job/job.ts";
import { countForRetry, countRunning, moveJob, settleRows } from "./moves.ts";
import { withMovedEditions } from "./moved-editions.ts";
import { readAccount } from "./account-states.ts";
import { readPlaces, rowsInStep } from "./places.ts";
import { restageJob } from "./restaging.ts";
import { withReviews } from "./reviews.ts";
import type { ShelfLimits } from "../../quotas/domain/policy.ts";
import { atMostBefore, readRoom } from "./room.ts";
import { commitShelving, nextRows } from "./shelving.ts";
import { commitUndoStep, nextWritten } from "./undo.ts";

/** Sources of step tokens and of the time. */
interface Stamps {
  newId(): string;
  now(): number;
}

/**
 * D1 implementation of the ports of `workOnJob`. Throws the errors of D1 unchanged.
 * @param limits of shelves and review queues
 */
export function d1ImportWork(
  db: D1Database,
  { newId, now }: Stamps,
  limits: ShelfLimits = {},
): Pick<WorkDeps, "jobs" | "shelving" | "undo"> {
  return {
    jobs: {
      read: (jobId) => readJob(db, jobId),
      move: (move) => moveJob(db, { ...move, token: newId() }),
      settleRows: (job) => settleRows(db, job),
      finish: (jobId) => finishJob(db, { jobId, token: newId(), at: now() }),
      restage: async (jobId) => void (await restageJob(db, jobId, { newId, now })),
    },
    shelving: {
      next: (job, maxChunks) => nextRows(db, job, maxChunks),
      places: async (job, due) => {
        const known = await withReviews(db, job, due);
        const moved = await withMovedEditions(db, job.userId, known);
        const rows = await rowsInStep(db, job.userId, moved);
        const room = await readRoom(db, job, rows, limits);
        const account = await readAccount(db, job, rows, limits);
        return { rows, room, account, ...(await readPlaces(db, job, rows)) };
      },
      commit: (move, plan, read, due) =>
        commitShelving(
          db,
          { ...move, token: newId(), read, atMost: atMostBefore(plan, limits) },
          plan,
          due,
          limits,
        ),
    },
    undo: {
      next: (job) => nextWritten(db, job),
      commit: (move, due, plan) => commitUndoStep(db, { ...move, token: newId() }, due, plan),
    },
  };
}

/**
 * D1 implementation of the job port of `actOnJob`.
 * @param log receives every failure
 * @param limits `openImports`: maximum number of a user's running imports; undefined means no limit
 */
export function d1ImportActions(
  db: D1Database,
  { newId, now }: Stamps,
  log: Log,
  limits: { openImports?: number | undefined } = {},
): ActionDeps["jobs"] {
  const { read, write } = d1Errors(log);
  return {
    find: (userId, jobId) => read(findJob(db, userId, jobId)),
    move: (move, answer, charges = []) =>
      write(moveJob(db, { ...move, token: newId(), charges, ...opening(move, limits) }, answer)),
    restage: async (jobId) => void (await write(restageJob(db, jobId, { newId, now }))),
    countForRetry: (job) => read(countForRetry(db, job)),
    countRunning: async (userId) => ({
      used: await read(countRunning(db, userId, now())),
      limit: limits.openImports,
    }),
  };
}

/** A move that restarts an ended job must not exceed the limit; an undo is always allowed. */
function opening(
  { job, next }: Move,
  { openImports }: { openImports?: number | undefined },
): { maxRunning?: number } {
  const opens = isTerminal(job.state) && next.state === "queued";
  return opens && openImports !== undefined ? { maxRunning: openImports } : {};
}
