import packageJson from "../package.json" with { type: "json" };
import type { ImportWork } from "./imports/objects/import-job.ts";
import type { MigrationWork } from "./kv-migration/objects/kv-migration.ts";
import { runScheduled } from "./platform/scheduled.ts";
import { enrichBook } from "./catalogue/domain/enrich.ts";
import { lookupBook } from "./catalogue/domain/lookup.ts";
import { missGate } from "./catalogue/domain/miss-gate.ts";
import { buildApp } from "./app.ts";
import type { CatalogueDeps } from "./catalogue/http/lookup.ts";
import { requestMeter } from "./platform/metrics/request-meter.ts";
import { pruneCacheMetrics } from "./catalogue/storage/cache-metrics.ts";
import { memoryCache } from "./catalogue/storage/memory-cache.ts";
import { readinessProbe } from "./platform/d1/readiness.ts";
import { recentFlights } from "./catalogue/storage/recent-flights.ts";
import { cacheUseCases, operatorCheck } from "./wiring/admin.ts";
import { idempotencyTasks, onceFor } from "./wiring/idempotency.ts";
import { enrichmentTasks, wakeQueue } from "./wiring/import-enrichment.ts";
import { importFiles } from "./wiring/import-files.ts";
import { importProgress } from "./wiring/import-progress.ts";
import { announceImport, importActions, importTasks, importWork } from "./wiring/imports.ts";
import { legacyWebSocketFor } from "./wiring/legacy-websocket.ts";
import { buildLibrary, libraryTasks } from "./wiring/library.ts";
import { limitersOf } from "./wiring/limits.ts";
import { flight, lookupDeps } from "./wiring/lookups.ts";
import { metricsUseCases } from "./wiring/metrics.ts";
import { migrationTasks, migrationUseCases, migrationWork } from "./wiring/migration.ts";
import { askedProviders } from "./wiring/providers.ts";
import { deadLetterUseCases, queueConsumer, type QueueMessage } from "./wiring/queues.ts";
import { refreshTasks } from "./wiring/refreshing.ts";
import { capabilitiesFor } from "./wiring/rollout.ts";
import { searchFor } from "./wiring/search.ts";
import { defer, now, random, servicesOf, sleep } from "./wiring/services.ts";

/** Counts of keys that nobody asks for are kept for 90 days. */
const METRICS_RETENTION_SECONDS = 90 * 86_400;

/** What drives the migration and its validation. */
export function migrationWorkFor(env: Env): MigrationWork {
  const { log, metrics } = servicesOf(env);
  return migrationWork(env, { log, metrics, now });
}

/** What drives an import. */
export function importWorkFor(env: Env): ImportWork {
  const { log, config } = servicesOf(env);
  return importWork(env, { log, now, config, queueWake: wakeQueue(env, log) });
}

/** The HTTP surface over this isolate's services. */
export function appFor(env: Env): ReturnType<typeof buildApp> {
  const services = servicesOf(env);
  const { config, log } = services;
  const limiters = limitersOf(env, services);
  const misses = missGate(limiters.misses, recentFlights(now));
  const memory = memoryCache(now);
  const lookup = lookupDeps(env, { ...services, memory }, misses);
  const version = packageJson.version;
  const answerLookup: CatalogueDeps["lookupBook"] = (isbn, caller) =>
    lookupBook({ isbn, caller }, lookup);
  return buildApp({
    log,
    logSample: config.LOG_SAMPLE,
    corsOrigins: config.CORS_ORIGINS,
    clientIpHeader: config.CLIENT_IP_HEADER,
    limiters,
    version,
    now,
    random,
    newId: () => crypto.randomUUID(),
    ...services.accounts.http,
    isOperator: operatorCheck(config),
    ...metricsUseCases(env, { ...services, now }),
    metered: requestMeter(services.metrics),
    ...migrationUseCases(env, { log, now }),
    ...cacheUseCases(env, { config, log, forget: memory.drop }),
    ...deadLetterUseCases(env, { log, now }),
    ...importActions(env, { log, now }),
    ...importProgress(env, { log, metrics: services.metrics, now }),
    ...importFiles(env, { log, now, defer }),
    ...legacyWebSocketFor(env, { ...services, now, sleep, defer }),
    enrichBook: (request) => enrichBook(request, lookup),
    once: onceFor(env, { ...services, now, defer }),
    readCapabilities: capabilitiesFor({ ...services, now }, version),
    searchBooks: searchFor(env, {
      ...services,
      providers: askedProviders(env, config),
      admitMiss: (caller) => misses.admit(caller),
      now,
    }),
    ...buildLibrary(env, {
      ...services,
      lookupBook: answerLookup,
      deleteUser: services.accounts.deleteUser,
      now,
    }),
    lookupBook: answerLookup,
    readiness: readinessProbe({
      db: env.DB,
      kv: env.BOOK_CACHE,
      queue: env.REFRESH_QUEUE,
      version,
      now,
    }),
  });
}

/** The consumer of all queues. */
export function consumerFor(env: Env): (batch: MessageBatch<QueueMessage>) => Promise<void> {
  const { log, config } = servicesOf(env);
  return queueConsumer(env, {
    log,
    providers: askedProviders(env, config),
    resolve: (isbn13, account) => flight(env, isbn13, { lane: "import", account }),
    announce: (jobId) => announceImport(env, jobId),
    now,
  });
}

/** What the clock sets off. */
export function scheduledWork(env: Env): () => Promise<void> {
  const { log, accounts, metrics } = servicesOf(env);
  const resolve = (isbn13: string) => flight(env, isbn13, { lane: "import", account: true });
  return async () => {
    await runScheduled({
      log,
      metrics,
      tasks: {
        ...accounts.tasks,
        ...migrationTasks(env),
        ...importTasks(env, now),
        ...idempotencyTasks(env, now),
        ...libraryTasks(env),
        ...enrichmentTasks(env, { resolve, now }),
        ...refreshTasks(env, { resolve, now, random }),
        prune_cache_metrics: () =>
          pruneCacheMetrics(env.DB, Math.floor(now() / 1000) - METRICS_RETENTION_SECONDS, 1000),
      },
    });
    // Nobody may ask this isolate for anything else.
    await metrics.report();
  };
}
