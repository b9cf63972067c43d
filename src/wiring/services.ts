import { waitUntil } from "cloudflare:workers";
import { parseConfig, type Config } from "../config.ts";
import { consoleLog, type Log } from "../platform/log.ts";
import type { ReportedMetrics } from "../platform/metrics/metrics-reports.ts";
import { kvBookCache, type BookCache } from "../catalogue/storage/book-cache.ts";
import { d1BookStore, type BookStore } from "../catalogue/storage/books.ts";
import { d1CacheMetrics, type CacheMetrics } from "../catalogue/storage/cache-metrics.ts";
import { kvFlags, type Flags } from "../rollout/storage/flags.ts";
import { buildAccounts, type Accounts } from "./accounts.ts";
import { metricsFor, timedReads } from "./metrics.ts";
import { defaultsOf } from "./rollout.ts";

/** What every entry point of an isolate shares, whether it is the Worker or an object. */
export interface Services {
  config: Config;
  log: Log;
  metrics: ReportedMetrics;
  books: BookStore;
  cache: BookCache;
  cacheMetrics: CacheMetrics;
  flags: Flags;
  accounts: Accounts;
}

/** Ms since the epoch. */
export const now = (): number => Date.now();
/** From 0 to 1. */
export const random = (): number => Math.random();
/** Runs work after the answer has left. */
export const defer = (work: Promise<unknown>): void => waitUntil(work);
/** @param ms how long, in ms */
export const sleep = (ms: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));

const built = new WeakMap<Env, Services>();

/** Builds what an isolate shares, once. Throws when a var or secret is not valid. */
export function servicesOf(env: Env): Services {
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
