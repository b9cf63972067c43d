import { sha256 } from "../platform/crypto.ts";
import type { Log } from "../platform/log.ts";
import type { Platform } from "../platform/platform.ts";
import { shelfLimitsOf } from "../quotas/domain/policy.ts";
import { safely } from "./announcing.ts";
import { isTerminal } from "./domain/job/job.ts";
import { stopped } from "./domain/job/transitions.ts";
import { workOnJob, type WorkDeps } from "./domain/job/work-on-job.ts";
import { enrichmentWork } from "./enrichment.ts";
import type { History, ImportWork } from "./objects/connections.ts";
import { wakeSender } from "./queue/consumer.ts";
import { d1ImportJobs } from "./storage/jobs.ts";
import { d1ImportWork } from "./storage/work.ts";
import { turnTaker } from "./turns.ts";

/**
 * Consecutive failures before a job is given up: about half an hour, with a minute between the later attempts. An unavailable
 * database does not end a job, because the end cannot be written.
 */
const MAX_FAILURES = 30;

const GIVEN_UP = {
  code: "INTERNAL_ERROR",
  text: "The import could not continue. Rows that were already shelved are kept, and you can retry it.",
} as const;

function historyOf(env: Env, log: Log, jobId: string): History {
  const jobs = d1ImportJobs(env.DB, log);
  return {
    eventsAfter: (seq, limit) => jobs.events(jobId, seq, limit),
    lastSeq: async () => (await jobs.follow(jobId))?.seq ?? 0,
  };
}

/** Builds the ports of a job's Durable Object. */
export function importWork(
  platform: Platform,
  below: Parameters<typeof enrichmentWork>[1],
): ImportWork {
  const { quotas } = below;
  const { env, config, log, now, newId, sleep } = platform;
  const work = d1ImportWork(
    quotas.countedDb("imports"),
    { newId, now },
    shelfLimitsOf(quotas.quotas),
  );
  const deps: Omit<WorkDeps, "announce"> = {
    ...work,
    queueWake: wakeSender(env.IMPORT_QUEUE, log),
    sha256,
    takeTurn: turnTaker(platform),
    pause: sleep,
    now,
  };
  return {
    work: (jobId, failures, announce) =>
      workOnJob(jobId, failures, {
        ...deps,
        announce: safely(announce, jobId, log),
      }),
    ...enrichmentWork(platform, below),
    async failed(jobId, error, failures) {
      log.error("import_failed", { jobId, failures, error });
      if (failures < MAX_FAILURES) return true;
      const job = await work.jobs.read(jobId);
      if (!job || isTerminal(job.state)) return false;
      const next = stopped(job, "failed", now(), GIVEN_UP);
      return !(await work.jobs.move({ job, next }));
    },
    streamsPerJob: config.STREAMS_PER_JOB,
    history: (jobId) => historyOf(env, log, jobId),
  };
}
