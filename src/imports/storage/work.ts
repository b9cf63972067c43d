import type { ActionDeps } from "../domain/job/actions.ts";
import type { WorkDeps } from "../domain/job/work-on-job.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { findJob, readJob } from "./advance.ts";
import { finishJob } from "./finish.ts";
import { countForRetry, moveJob, settleRows } from "./moves.ts";
import { readPlaces, rowsInStep } from "./places.ts";
import { restageJob } from "./restaging.ts";
import { withReviews } from "./reviews.ts";
import { commitShelving, nextRows } from "./shelving.ts";
import { commitUndoStep, nextWritten } from "./undo.ts";

/** Sources of step tokens and of the time. */
interface Stamps {
  newId(): string;
  now(): number;
}

/** D1 implementation of the ports of `workOnJob`. Throws the errors of D1 unchanged. */
export function d1ImportWork(
  db: D1Database,
  { newId, now }: Stamps,
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
      next: (job) => nextRows(db, job),
      places: async (job, due) => {
        const rows = await withReviews(db, job, await rowsInStep(db, job.userId, due));
        return { rows, ...(await readPlaces(db, job, rows)) };
      },
      commit: (move, plan, read, due) =>
        commitShelving(db, { ...move, token: newId(), read }, plan, due),
    },
    undo: {
      next: (job) => nextWritten(db, job),
      commit: (move, due, plan) => commitUndoStep(db, { ...move, token: newId() }, due, plan),
    },
  };
}

/** D1 implementation of the job port of `actOnJob`. @param log receives every failure */
export function d1ImportActions(
  db: D1Database,
  { newId, now }: Stamps,
  log: Log,
): ActionDeps["jobs"] {
  const { read, write } = d1Errors(log);
  return {
    find: (userId, jobId) => read(findJob(db, userId, jobId)),
    move: (move, answer) => write(moveJob(db, { ...move, token: newId() }, answer)),
    restage: async (jobId) => void (await write(restageJob(db, jobId, { newId, now }))),
    countForRetry: (job) => read(countForRetry(db, job)),
  };
}
