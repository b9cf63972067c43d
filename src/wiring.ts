import { waitUntil } from "cloudflare:workers";
import packageJson from "../package.json" with { type: "json" };
import { consumeRefreshes, type RefreshMessage } from "./background/refresh-consumer.ts";
import { runScheduled } from "./background/scheduled.ts";
import { parseConfig, type Config } from "./config.ts";
import { lookupBook, type LookupDeps } from "./domain/catalogue/lookup.ts";
import type { AskedProvider } from "./domain/catalogue/ask-providers.ts";
import type { Lane, ProviderId } from "./domain/catalogue/provider.ts";
import { resolveBook, type Resolution, type ResolveDeps } from "./domain/catalogue/resolve.ts";
import { buildApp } from "./http/app.ts";
import { consoleLog, type Log } from "./observability/log.ts";
import { memoryMetrics, type Metrics } from "./observability/metrics.ts";
import { kvBookCache, type BookCache } from "./storage/book-cache.ts";
import { d1BookStore, type BookStore } from "./storage/books.ts";
import { d1CacheMetrics, pruneCacheMetrics, type CacheMetrics } from "./storage/cache-metrics.ts";
import { kvFlags, type Flags } from "./storage/flags.ts";
import { kvKeys } from "./storage/keys.ts";
import { memoryCache } from "./storage/memory-cache.ts";
import { readinessProbe } from "./storage/readiness.ts";
import { buildAccounts, type Accounts } from "./wiring/accounts.ts";

/** The flag that takes D1 in or out of the single-book read path. */
const D1_READS = "enable_d1_reads";
/** A flight that could not be reached is a moment's trouble of the platform. */
const FLIGHT_RETRY_SECONDS = 2;
/** Counts of keys that nobody asks for are kept for 90 days. */
const METRICS_KEPT_SECONDS = 90 * 86_400;

/** What every entry point of an isolate shares, whether it is the Worker or an object. */
interface Services {
  config: Config;
  log: Log;
  metrics: Metrics;
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
  const metrics = memoryMetrics();
  const cacheMetrics = d1CacheMetrics(env.DB, { now, defer, log });
  return {
    config,
    log,
    metrics,
    books: d1BookStore(env.DB, log),
    cache: kvBookCache(env.BOOK_CACHE, { now, random, log, metrics, cacheMetrics }),
    cacheMetrics,
    flags: kvFlags(env.BOOK_CACHE, config.FLAG_DEFAULTS, { now, defer, log }),
    accounts: buildAccounts(env, { config, log, now, defer }),
  };
}

/** The flight that asks the providers for one ISBN, and shares what they say. */
function flight(env: Env, isbn13: string, lane: Lane, account: boolean): Promise<Resolution> {
  return env.BOOK_FLIGHTS.getByName(isbn13).ask({ lane, account });
}

/** What a flight does once it has taken off: asks through the desks, stores, answers. */
export function resolverFor(
  env: Env,
): (input: { isbn13: string; lane: Lane; account: boolean }) => Promise<Resolution> {
  const services = servicesOf(env);
  const deps: ResolveDeps = {
    providers: askedProviders(env, services.config),
    books: services.books,
    cache: services.cache,
    d1ReadsEnabled: () => services.flags.isOn(D1_READS),
    sleep,
    defer,
    now,
    random,
  };
  return (input) => resolveBook(input, deps);
}

/** The providers that this deployment may ask. Google refuses most callers without a key, so it takes one or a wish. */
function askedProviders(env: Env, config: Config): AskedProvider[] {
  const desk = (id: ProviderId, counts: boolean): AskedProvider => ({
    id,
    counts,
    lookup: (isbn13, options) => env.PROVIDER_DESKS.getByName(id).lookup(isbn13, options),
  });
  const hasKey = config.GOOGLE_BOOKS_API_KEY !== undefined;
  return [
    desk("openlibrary", true),
    ...(hasKey || config.GOOGLE_BOOKS_KEYLESS ? [desk("google-books", hasKey)] : []),
  ];
}

function lookupDeps(
  env: Env,
  { books, cache, flags, metrics, cacheMetrics, log }: Services,
): LookupDeps {
  return {
    memory: memoryCache(now),
    books,
    cache,
    d1ReadsEnabled: () => flags.isOn(D1_READS),
    admitMiss: async () => ({ ok: true }),
    resolve: async ({ isbn13 }, { account }) => {
      try {
        return await flight(env, isbn13, "scan", account);
      } catch (error) {
        metrics.count("flight_failures", {});
        log.error("flight_failed", { error });
        return { kind: "unavailable", providers: {}, retryAfterSeconds: FLIGHT_RETRY_SECONDS };
      }
    },
    refreshLater: async (isbn13) => {
      await env.REFRESH_QUEUE.send({ isbn13 } satisfies RefreshMessage);
    },
    defer,
    now,
    observe(source, state, isbn13) {
      metrics.count("lookups", { source, state });
      if (state === "fresh" || state === "stale") {
        const key = kvKeys.book(isbn13);
        if (source === "memory" || source === "kv") cacheMetrics.hit(key);
        else cacheMetrics.miss(key);
      }
    },
  };
}

/** The HTTP surface over this isolate's services. */
export function appFor(env: Env): ReturnType<typeof buildApp> {
  const services = servicesOf(env);
  const { config, log } = services;
  const lookup = lookupDeps(env, services);
  const version = packageJson.version;
  return buildApp({
    log,
    logSample: config.LOG_SAMPLE,
    corsOrigins: config.CORS_ORIGINS,
    version,
    now,
    random,
    ...services.accounts.http,
    lookupBook: (isbn, caller) => lookupBook({ isbn, caller }, lookup),
    readiness: readinessProbe({
      db: env.DB,
      kv: env.BOOK_CACHE,
      queue: env.REFRESH_QUEUE,
      version,
      now,
    }),
  });
}

/** The consumer of the refresh queue. */
export function refreshConsumer(env: Env): (batch: MessageBatch<RefreshMessage>) => Promise<void> {
  const { log } = servicesOf(env);
  return (batch) =>
    consumeRefreshes(batch, { resolve: (isbn13) => flight(env, isbn13, "import", true), log });
}

/** What the clock sets off. */
export function scheduledWork(env: Env): () => Promise<void> {
  const { log, accounts } = servicesOf(env);
  return () =>
    runScheduled({
      log,
      tasks: {
        ...accounts.tasks,
        prune_cache_metrics: () =>
          pruneCacheMetrics(env.DB, Math.floor(now() / 1000) - METRICS_KEPT_SECONDS, 1000),
      },
    });
}
