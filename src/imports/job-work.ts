import { sha256 } from "../platform/crypto.ts";
import type { Log } from "../platform/log.ts";
import type { Platform } from "../platform/platform.ts";
import { isTerminal } from "./domain/job/job.ts";
import { ended } from "./domain/job/transitions.ts";
import { workOnJob, type WorkDeps } from "./domain/job/work-on-job.ts";
import type { History, ImportWork } from "./objects/connections.ts";
import { wakeSender } from "./queue/import-consumer.ts";
import { d1ImportJobs } from "./storage/jobs.ts";
import { d1ImportWork } from "./storage/work.ts";

/** With a minute between the later tries this is half an hour; a database that is away does not count, for it cannot be told. */
const MAX_FAILURES = 30;

const GIVEN_UP = {
  code: "INTERNAL_ERROR",
  text: "The import could not go on. What was done stays; it can be tried again.",
} as const;

function historyOf(env: Env, log: Log, jobId: string): History {
  const jobs = d1ImportJobs(env.DB, log);
  return {
    eventsAfter: (seq, limit) => jobs.events(jobId, seq, limit),
    lastSeq: async () => (await jobs.follow(jobId))?.seq ?? 0,
  };
}

/** What the object of a job is connected to. */
export function importWork(platform: Platform): ImportWork {
  const { env, config, log, now, newId, sleep } = platform;
  const work = d1ImportWork(env.DB, { newId, now });
  const deps: Omit<WorkDeps, "announce"> = {
    ...work,
    queueWake: wakeSender(env.IMPORT_QUEUE, log),
    sha256,
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
