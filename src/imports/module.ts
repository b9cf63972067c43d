import { MINUTE_MS } from "../platform/time.ts";
import { newUserId } from "../accounts/domain/create-account.ts";
import type { AccountsModule } from "../accounts/module.ts";
import { runtimeSecrets } from "../platform/crypto.ts";
import type { CatalogueModule } from "../catalogue/module.ts";
import type { IdempotencyModule } from "../idempotency/module.ts";
import { router } from "../platform/http/router.ts";
import { queueGauges } from "../platform/metrics/queue-gauges.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import type { ScheduledTask } from "../platform/scheduled.ts";
import { limitOf } from "../quotas/domain/policy.ts";
import { refusalError, type Refusal } from "../quotas/domain/refusal.ts";
import type { QuotasModule } from "../quotas/module.ts";
import type { RateLimitsModule } from "../rate-limits/module.ts";
import { enrichDeferred } from "./domain/enrich/deferred.ts";
import { actOnJob } from "./domain/job/actions.ts";
import { commitPreview, type CommitDeps } from "./domain/job/commit-preview.ts";
import type { Job } from "./domain/job/job.ts";
import { PREVIEW_RETENTION_MS, RETENTION_MS } from "./domain/job/transitions.ts";
import { importConsumer } from "./enrichment.ts";
import { importActionRoutes } from "./http/actions.ts";
import { importRowRoutes } from "./http/rows.ts";
import { importStatusRoutes } from "./http/status.ts";
import { importStreamRoutes, type ImportStreamUseCases } from "./http/stream.ts";
import { importUploadRoutes } from "./http/upload.ts";
import { announceImport, eachJob, stopImports, wakeImport, watchImport } from "./job-objects.ts";
import { importWork } from "./job-work.ts";
import type { ImportWork } from "./objects/connections.ts";
import type { TurnDeskDeps } from "./domain/turns/desk.ts";
import { importProgress } from "./progress.ts";
import { d1DeferredBooks } from "./storage/deferred.ts";
import { importGauges } from "./storage/gauges.ts";
import { restageEnded } from "./storage/restaging.ts";
import { keyReviewQueue } from "./storage/review-keys.ts";
import {
  stalledJobs,
  sweepAbandonedUploads,
  sweepOldRows,
  sweepPreviews,
} from "./storage/sweeps.ts";
import { d1ImportActions } from "./storage/work.ts";
import { dropFilesOf } from "./storage/files.ts";
import { dropFile, fileTasks, readAgainDeps } from "./previews.ts";
import { dropUploads, fileReaders, importRows, importUploads } from "./uploads.ts";

export { EVENTS_PER_PAGE, joinHub } from "./progress.ts";
export { parseAnnouncement } from "./objects/hub.ts";
export { d1ImportJobs } from "./storage/jobs.ts";

/** A job without progress for this long is checked. */
const STALLED_MS = 30_000;
const STALLED_BATCH_SIZE = 100;
/** An upload without progress for this long is abandoned. */
const ABANDONED_MS = 15 * MINUTE_MS;
const ABANDONED_BATCH_SIZE = 2;
/** Maximum number of rows or events that one run of a sweep deletes; the next run follows a minute later. */
const SWEEP_BATCH_SIZE = 1000;
/** Maximum number of chunks from earlier releases that one run moves. */
const RESTAGED_BATCH_SIZE = 5;
/** Maximum number of rows of the review queue that get their source keys per run. */
const KEYED_BATCH_SIZE = 500;

/** Interface of the module for the modules above it. */
export interface ImportsModule extends Module {
  /** An import of a user. */
  findImport(userId: string, jobId: string): Promise<Job | undefined>;
  /** The job that a stream ticket opens. */
  jobByTicket: ImportStreamUseCases["jobByTicket"];
  /** The work of the Durable Object of a job. */
  jobWork: ImportWork;
  /** What the Durable Object that schedules turns needs from its isolate. */
  turnsWork: TurnDeskDeps;
}

/**
 * Imports of files from other services, as durable jobs.
 *
 * Rows change type as they move through the module: `Record` (csv) → `Draft` (layouts) → `StagedRow` (upload, stored) →
 * `DueRow` (read for shelving) → `ShelvingPlan` (job) → the entry in the library; rows without an ISBN wait as
 * `WaitingRow` (enrich) until they are matched.
 */
export function importsModule(
  platform: Platform,
  below: {
    rateLimits: RateLimitsModule;
    idempotency: IdempotencyModule;
    quotas: QuotasModule;
    accounts: AccountsModule;
    catalogue: CatalogueModule;
  },
): ImportsModule {
  const { env, config, log, now, newId } = platform;
  const { limiters } = below.rateLimits;
  const { once } = below.idempotency;
  const { authenticate } = below.accounts;
  const progress = importProgress(platform, below.accounts.logins);
  const { findImport, streamUrlOf, jobByTicket } = progress;
  const actions: CommitDeps = {
    again: readAgainDeps(
      { ...platform, env: { ...env, DB: below.quotas.countedDb("imports") } },
      fileReaders(),
    ),
    dropFile: dropFile(platform),
    jobs: d1ImportActions(below.quotas.countedDb("imports"), { newId, now }, log, {
      openImports: limitOf(below.quotas.quotas.openImports),
    }),
    watch: (jobId) => watchImport(env, jobId),
    chargesOf: below.quotas.chargesOf,
    wake: (jobId) => wakeImport(env, jobId),
    announce: (jobId) => announceImport(env, jobId),
    now,
  };
  const shared = {
    authenticate,
    limiters,
    once,
    clientIpHeader: config.CLIENT_IP_HEADER,
    refusalError(refusal: Refusal) {
      below.quotas.refused(refusal);
      return refusalError(refusal, now());
    },
  };
  return {
    findImport,
    jobByTicket,
    jobWork: importWork(platform, below),
    turnsWork: { ...platform, isServing: (account) => platform.activity.isServing(account) },
    routes: () =>
      router()
        .route(
          "/",
          importUploadRoutes({ ...shared, ...importUploads(platform, below.quotas), streamUrlOf }),
        )
        .route("/", importRowRoutes({ ...shared, ...importRows(platform), findImport, log }))
        .route(
          "/",
          importActionRoutes({
            ...shared,
            networkOf: below.quotas.networkOf,
            actOnJob: (input) => actOnJob(input, actions),
            commitPreview: (input) => commitPreview(input, actions),
            streamUrlOf,
          }),
        )
        .route("/", importStatusRoutes({ ...shared, ...progress, now }))
        .route("/", importStreamRoutes({ ...shared, ...progress })),
    consumers: { imports: importConsumer(platform) },
    tasks: {
      ...importTasks(platform),
      ...fileTasks(platform),
      enrich_deferred: () =>
        enrichDeferred({
          deferred: d1DeferredBooks(env.DB),
          resolve: (isbn13, payer) =>
            below.catalogue.askFlight(isbn13, { lane: "import", account: true, payer }),
          now,
          anyUserId: () => newUserId(runtimeSecrets),
        }),
    },
    gauges: {
      imports: () => importGauges(env.DB, now()),
      imports_queue: () => queueGauges(env.IMPORT_QUEUE, "imports", now()),
    },
    readiness: {
      async files() {
        await env.FILES.head("readiness");
        return { ok: true, detail: "the bucket answers" };
      },
    },
    async purgeUsers(userIds) {
      await stopImports(env)(userIds);
      await dropUploads(env)(userIds);
      await dropFilesOf({ db: env.DB, bucket: env.FILES }, userIds);
    },
  };
}

/** Scheduled work on jobs: waking stalled ones, and sweeping abandoned and old ones. */
export function importTasks({
  env,
  newId,
  now,
}: Pick<Platform, "env" | "newId" | "now">): Readonly<Record<string, ScheduledTask>> {
  return {
    async keep_imports_going() {
      const jobIds = await stalledJobs(
        env.DB,
        { now: now(), idleMs: STALLED_MS },
        STALLED_BATCH_SIZE,
      );
      await eachJob(jobIds, (jobId) => watchImport(env, jobId));
      // Waking a job does not count as processing an item.
      return 0;
    },
    sweep_abandoned_uploads: () =>
      sweepAbandonedUploads(
        env.DB,
        { now: now(), idleMs: ABANDONED_MS },
        { rowLimit: SWEEP_BATCH_SIZE, limit: ABANDONED_BATCH_SIZE },
      ),
    restage_imports: () => restageEnded(env.DB, { newId, now }, RESTAGED_BATCH_SIZE),
    key_review_queue: () => keyReviewQueue(env.DB, KEYED_BATCH_SIZE),
    sweep_old_imports: () => sweepOldRows(env.DB, now() - RETENTION_MS, SWEEP_BATCH_SIZE),
    sweep_old_previews: () => sweepPreviews(env.DB, now() - PREVIEW_RETENTION_MS, SWEEP_BATCH_SIZE),
  };
}
