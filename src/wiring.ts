import { waitUntil } from "cloudflare:workers";
import { LRUCache } from "lru-cache";
import packageJson from "../package.json" with { type: "json" };
import { limiterObjects } from "./background/limiter-objects.ts";
import type { ImportWork } from "./background/import-job.ts";
import type { MigrationWork } from "./background/kv-migration.ts";
import type { DeskConnections } from "./background/provider-desk.ts";
import { refreshRequests } from "./background/refresh-consumer.ts";
import { runScheduled } from "./background/scheduled.ts";
import { parseConfig, type Config } from "./config.ts";
import { enrichBook, type EnrichDeps } from "./domain/catalogue/enrich.ts";
import type { FlightPlan, Passenger } from "./domain/catalogue/flight.ts";
import { lookupBook } from "./domain/catalogue/lookup.ts";
import type { ProviderId } from "./domain/catalogue/provider.ts";
import { resolveBook, type Resolution, type ResolveDeps } from "./domain/catalogue/resolve.ts";
import type { Bucket } from "./domain/limits/limiter.ts";
import { createLimiters, type Limiters } from "./domain/limits/limiters.ts";
import { missGate, type MissGate } from "./domain/limits/miss-gate.ts";
import { rateLimitsOf } from "./domain/limits/policy.ts";
import { buildApp } from "./http/app.ts";
import type { CatalogueDeps } from "./http/catalogue.ts";
import { consoleLog, type Log } from "./observability/log.ts";
import { lookupObserver } from "./observability/lookup-observer.ts";
import { requestMeter } from "./observability/request-meter.ts";
import type { ReportedMetrics } from "./observability/metrics-reports.ts";
import { kvBookCache, type BookCache } from "./storage/book-cache.ts";
import { within } from "./storage/budget.ts";
import { d1BookStore, type BookStore } from "./storage/books.ts";
import { d1CacheMetrics, pruneCacheMetrics, type CacheMetrics } from "./storage/cache-metrics.ts";
import { kvFlags, type Flags } from "./storage/flags.ts";
import { memoryCache } from "./storage/memory-cache.ts";
import { recentFlights } from "./storage/recent-flights.ts";
import { readinessProbe } from "./storage/readiness.ts";
import { buildAccounts, type Accounts } from "./wiring/accounts.ts";
import { cacheUseCases, operatorCheck } from "./wiring/admin.ts";
import { idempotencyTasks, onceFor } from "./wiring/idempotency.ts";
import { importProgress } from "./wiring/import-progress.ts";
import { announceImport, importActions, importTasks, importWork } from "./wiring/imports.ts";
import { legacyWebSocketFor } from "./wiring/legacy-websocket.ts";
import { migrationTasks, migrationUseCases, migrationWork } from "./wiring/migration.ts";
import { metricsFor, metricsUseCases, timedReads } from "./wiring/metrics.ts";
import { oldValueRetirement } from "./wiring/old-values.ts";
import { askedProviders, defaultLimits, PROVIDERS } from "./wiring/providers.ts";
import { enrichmentTasks, nudgeImport } from "./wiring/import-enrichment.ts";
import { deadLetterUseCases, queueConsumer, type QueueMessage } from "./wiring/queues.ts";
import { capabilitiesFor, defaultsOf } from "./wiring/rollout.ts";
import { refreshTasks } from "./wiring/refreshing.ts";
import { searchFor } from "./wiring/search.ts";
import { importFiles } from "./wiring/import-files.ts";
import { buildLibrary, libraryTasks } from "./wiring/library.ts";

/** The flag that takes D1 in or out of the single-book read path. */
const D1_READS = "enable_d1_reads";
/** A flight that could not be reached is a moment's trouble of the platform. */
const FLIGHT_RETRY_SECONDS = 2;
/** Counts of keys that nobody asks for are kept for 90 days. */
const METRICS_KEPT_SECONDS = 90 * 86_400;
/** Callers that an isolate remembers in each class: about 1 MB of its 128. */
const MAX_CALLERS = 5000;

/** What every entry point of an isolate shares, whether it is the Worker or an object. */
interface Services {
  config: Config;
  log: Log;
  metrics: ReportedMetrics;
  books: BookStore;
  cache: BookCache;
  cacheMetrics: CacheMetrics;
  flags: Flags;
  accounts: Accounts;
}

const now = (): number => Date.now();
const random = (): number => Math.random();
const defer = (work: Promise<unknown>): void => waitUntil(work);
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const built = new WeakMap<Env, Services>();

/** Builds what an isolate shares, once. Throws when a var or secret is not valid. */
function servicesOf(env: Env): Services {
  let services = built.get(env);
  if (!services) {
    services = buildServices(env);
    built.set(env, services);
  }
  return services;
}

function buildServices(env: Env): Services {
  const config = parseConfig({ ...env });
  const log = consoleLog();
  const metrics = metricsFor(env, { log, now, defer });
  const cacheMetrics = d1CacheMetrics(env.DB, { now, defer, log });
  return {
    config,
    log,
    metrics,
    books: timedReads(d1BookStore(env.DB, log), metrics, now),
    cache: kvBookCache(env.BOOK_CACHE, { now, random, log, metrics, cacheMetrics }),
    cacheMetrics,
    flags: kvFlags(env.BOOK_CACHE, defaultsOf(config), { now, defer, log, metrics }),
    accounts: buildAccounts(env, { config, log, now, defer }),
  };
}

/** The flight that asks the providers for one ISBN, and shares what they say. */
function flight(env: Env, isbn13: string, passenger: Passenger): Promise<Resolution> {
  return env.BOOK_FLIGHTS.getByName(isbn13).ask(passenger);
}

/** What a flight does once it has taken off: asks through the desks, stores, answers. */
export function resolverFor(
  env: Env,
): (input: { isbn13: string } & FlightPlan) => Promise<Resolution> {
  const services = servicesOf(env);
  const deps: ResolveDeps = {
    providers: askedProviders(env, services.config),
    books: services.books,
    cache: { ...services.cache, write: services.cache.replace },
    d1ReadsEnabled: () => services.flags.isOn(D1_READS),
    sleep,
    defer,
    now,
    random,
  };
  return (input) => resolveBook(input, deps);
}

function limitersOf(env: Env, { config, log, metrics }: Services): Limiters {
  return createLimiters(rateLimitsOf(config.RATE_LIMITS), {
    memory: () => new LRUCache<string, Bucket>({ max: MAX_CALLERS }),
    takeTokens: limiterObjects({
      limiter: (name) => env.RATE_LIMITERS.getByName(name),
      salt: (day) => env.DAILY_SALTS.getByName(day).read(),
    }),
    within,
    defer,
    now,
    objectFailed: (rateClass, error) => log.error("rate_limiter_failed", { rateClass, error }),
    failedOpen: (rateClass) => metrics.count("rate_limiter_failed_open", { class: rateClass }),
  });
}

/** What the desk of one provider is connected to. */
export function deskConnections(id: ProviderId, env: Env): DeskConnections {
  const { config, log, metrics } = servicesOf(env);
  return {
    provider: PROVIDERS[id](config),
    limits: config.PROVIDER_LIMITS[id] ?? defaultLimits(id, config),
    metrics,
    report: (what, error) => log.error(what, { provider: id, error }),
  };
}

function lookupDeps(
  env: Env,
  services: Services & Pick<EnrichDeps, "memory">,
  misses: MissGate,
): EnrichDeps {
  const { memory, books, cache, config, flags, metrics, cacheMetrics, log } = services;
  const d1ReadsEnabled = () => flags.isOn(D1_READS);
  return {
    memory,
    books,
    cache,
    d1ReadsEnabled,
    admitMiss: (caller, isbn13) => misses.admit(caller, isbn13),
    admitRefresh: (caller, isbn13) => misses.admitRefresh(caller, isbn13),
    countingProviders: askedProviders(env, config).flatMap(({ id, counts }) =>
      counts ? [id] : [],
    ),
    resolve: async ({ isbn13 }, { account }, prefer) => {
      try {
        const passenger = { lane: "scan", account } as const;
        return await flight(env, isbn13, prefer ? { ...passenger, prefer } : passenger);
      } catch (error) {
        metrics.count("flight_failures", {});
        log.error("flight_failed", { error });
        return { kind: "unavailable", providers: {}, retryAfterSeconds: FLIGHT_RETRY_SECONDS };
      }
    },
    refreshLater: refreshRequests(env.REFRESH_QUEUE, log),
    retireOldValues: oldValueRetirement(env, { cache, log, d1ReadsEnabled }),
    defer,
    now,
    observe: lookupObserver(metrics, cacheMetrics),
  };
}

/** What drives the migration and its validation. */
export function migrationWorkFor(env: Env): MigrationWork {
  const { log, metrics } = servicesOf(env);
  return migrationWork(env, { log, metrics, now });
}

/** What drives an import. */
export function importWorkFor(env: Env): ImportWork {
  const { log, config } = servicesOf(env);
  return importWork(env, { log, now, config, nudge: nudgeImport(env, log) });
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
          pruneCacheMetrics(env.DB, Math.floor(now() / 1000) - METRICS_KEPT_SECONDS, 1000),
      },
    });
    // Nobody may ask this isolate for anything else.
    await metrics.report();
  };
}
