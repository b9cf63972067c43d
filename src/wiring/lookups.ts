import type { DeskConnections } from "../catalogue/objects/provider-desk.ts";
import { refreshRequests } from "../catalogue/queue/refresh-consumer.ts";
import type { EnrichDeps } from "../catalogue/domain/enrich.ts";
import type { FlightPlan, FlightRequest } from "../catalogue/domain/flight.ts";
import type { ProviderId } from "../catalogue/domain/provider.ts";
import { resolveBook, type ResolveDeps } from "../catalogue/domain/resolve.ts";
import type { Resolution } from "../catalogue/domain/resolution.ts";
import type { MissGate } from "../catalogue/domain/miss-gate.ts";
import { lookupObserver } from "../catalogue/lookup-observer.ts";
import { oldValueRetirement } from "./old-values.ts";
import { askedProviders, defaultLimits, PROVIDERS } from "./providers.ts";
import { defer, now, random, servicesOf, sleep, type Services } from "./services.ts";

/** The flag that takes D1 in or out of the single-book read path. */
const D1_READS = "enable_d1_reads";
/** A flight that could not be reached is a moment's trouble of the platform. */
const FLIGHT_RETRY_SECONDS = 2;

/** The flight that asks the providers for one ISBN, and shares what they say. */
export function flight(env: Env, isbn13: string, request: FlightRequest): Promise<Resolution> {
  return env.BOOK_FLIGHTS.getByName(isbn13).ask(request);
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

/** What a lookup needs, and a scan. */
export function lookupDeps(
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
        const request = { lane: "scan", account } as const;
        return await flight(env, isbn13, prefer ? { ...request, prefer } : request);
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
