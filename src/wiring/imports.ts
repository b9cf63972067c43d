import type { History } from "../imports/objects/import-hub.ts";
import type { ImportWork } from "../imports/objects/import-job.ts";
import type { Config } from "../config.ts";
import type { ScheduledTask } from "../platform/scheduled.ts";
import type { PurgeUsers } from "../accounts/domain/delete-user.ts";
import { actOnJob, type ActionDeps } from "../imports/domain/job/job-actions.ts";
import { isTerminal } from "../imports/domain/job/job.ts";
import { ended, RETENTION_MS } from "../imports/domain/job/transitions.ts";
import { workOnJob, type WorkDeps } from "../imports/domain/job/work-on-job.ts";
import type { ImportActionUseCases } from "../imports/http/actions.ts";
import type { Log } from "../platform/log.ts";
import { d1ImportJobs } from "../imports/storage/jobs.ts";
import {
  openJobsOf,
  stalledJobs,
  sweepAbandonedUploads,
  sweepOldRows,
} from "../imports/storage/sweeps.ts";
import { d1ImportActions, d1ImportWork } from "../imports/storage/work.ts";
import { runtimeSecrets } from "./secrets.ts";

/** With a minute between the later tries this is half an hour; a database that is away does not count, for it cannot be told. */
const MAX_FAILURES = 30;
/** Jobs on which nothing has happened for so long are looked after. */
const STALLED_MS = 30_000;
const STALLED_BATCH_SIZE = 100;
/** Uploads on which nothing has happened for so long are given up. */
const ABANDONED_MS = 15 * 60_000;
const ABANDONED_BATCH_SIZE = 2;
/** Rows, and events, that one run of a sweep deletes at most; the rest waits a minute. */
const SWEEP_BATCH_SIZE = 1000;
/** Objects that are asked at the same time. */
const OBJECT_BATCH_SIZE = 10;

const GIVEN_UP = {
  code: "INTERNAL_ERROR",
  text: "The import could not go on. What was done stays; it can be tried again.",
} as const;

interface Shared {
  log: Log;
  now(): number;
}

const newId = (): string => crypto.randomUUID();
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function objectOf(env: Env, jobId: string) {
  return env.IMPORT_JOBS.getByName(jobId);
}

/** Has a job worked at now: for whoever has given it work. */
export function wakeImport(env: Env, jobId: string): Promise<void> {
  return objectOf(env, jobId).wake(jobId);
}

/** Sees to it that a job is looked after within ten seconds: for whoever is about to give it work. */
export function watchImport(env: Env, jobId: string): Promise<void> {
  return objectOf(env, jobId).ensureAwake(jobId);
}

/** Tells a job's listeners that events were written. */
export function announceImport(env: Env, jobId: string): Promise<void> {
  return objectOf(env, jobId).announce(jobId);
}

function historyOf(env: Env, log: Log, jobId: string): History {
  const jobs = d1ImportJobs(env.DB, log);
  return {
    eventsAfter: (seq, limit) => jobs.events(jobId, seq, limit),
    lastSeq: async () => (await jobs.follow(jobId))?.seq ?? 0,
  };
}

/** What the object of a job is connected to. */
export function importWork(
  env: Env,
  { log, now, queueWake, config }: Shared & Pick<WorkDeps, "queueWake"> & { config: Config },
): ImportWork {
  const work = d1ImportWork(env.DB, { newId, now });
  const deps: Omit<WorkDeps, "announce"> = {
    ...work,
    queueWake,
    sha256: (text) => runtimeSecrets.sha256(text),
    pause: sleep,
    now,
  };
  return {
    work: (jobId, failures, tell) =>
      workOnJob(jobId, failures, {
        ...deps,
        async announce() {
          try {
            await tell();
          } catch (error) {
            // Listeners ask again by themselves: what was written is written.
            log.error("import_not_announced", { jobId, error });
          }
        },
      }),
    async failed(jobId, error, failures) {
      log.error("import_failed", { jobId, failures, error });
      if (failures < MAX_FAILURES) return true;
      const job = await work.jobs.read(jobId);
      if (!job || isTerminal(job.state)) return false;
      const next = ended(job, "failed", now(), GIVEN_UP);
      return !(await work.jobs.move({ job, next }, "end"));
    },
    streamsPerJob: config.STREAMS_PER_JOB,
    history: (jobId) => historyOf(env, log, jobId),
  };
}

/** What readers can do to their imports. */
export function importActions(env: Env, { log, now }: Shared): ImportActionUseCases {
  const deps: ActionDeps = {
    jobs: d1ImportActions(env.DB, { newId }, log),
    watch: (jobId) => watchImport(env, jobId),
    wake: (jobId) => wakeImport(env, jobId),
    announce: (jobId) => announceImport(env, jobId),
    now,
  };
  return { actOnJob: (input) => actOnJob(input, deps) };
}

/** Stops what still runs of users who are gone; stands before the tables are emptied. */
export function stopImports(env: Env): PurgeUsers {
  return async (userIds) => {
    const jobIds = await openJobsOf(env.DB, userIds);
    await eachObject(jobIds, (jobId) => objectOf(env, jobId).forget());
  };
}

/** What the clock sets off for imports. */
export function importTasks(env: Env, now: () => number): Record<string, ScheduledTask> {
  return {
    async keep_imports_going() {
      const jobIds = await stalledJobs(env.DB, now() - STALLED_MS, STALLED_BATCH_SIZE);
      await eachObject(jobIds, (jobId) => watchImport(env, jobId));
      // What goes on by itself is no news.
      return 0;
    },
    sweep_abandoned_uploads: () =>
      sweepAbandonedUploads(env.DB, now() - ABANDONED_MS, ABANDONED_BATCH_SIZE),
    sweep_old_imports: () => sweepOldRows(env.DB, now() - RETENTION_MS, SWEEP_BATCH_SIZE),
  };
}

async function eachObject(
  jobIds: readonly string[],
  ask: (jobId: string) => Promise<void>,
): Promise<void> {
  for (let start = 0; start < jobIds.length; start += OBJECT_BATCH_SIZE) {
    await Promise.all(jobIds.slice(start, start + OBJECT_BATCH_SIZE).map(ask));
  }
}
