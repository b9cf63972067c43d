import type { Book } from "../../contract/catalogue.ts";
import type { AccountsModule } from "../accounts/module.ts";
import type { IdempotencyModule } from "../idempotency/module.ts";
import { d1Errors } from "../platform/d1/database.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import { router } from "../platform/http/router.ts";
import type { QuotasModule } from "../quotas/module.ts";
import type { RateLimitsModule } from "../rate-limits/module.ts";
import type { RolloutModule } from "../rollout/module.ts";
import { askedProviders, defaultLimits, PROVIDERS, type DeskProvider } from "./asked-providers.ts";
import type { Caller } from "../platform/identity.ts";
import { catalogueLoads } from "./loads.ts";
import { searchDeps, shelfOf } from "./searches.ts";
import { completion } from "./completion.ts";
import { coverDeps } from "./covers.ts";
import { catalogueGauges } from "./desk-gauges.ts";
import { chargedProvider, QUESTION_QUOTAS } from "./domain/charged-provider.ts";
import { editionsDeps } from "./editions.ts";
import { coverOf } from "./domain/covers/cover.ts";
import { otherEditions } from "./domain/editions.ts";
import { enrichBook, type EnrichDeps } from "./domain/enrich.ts";
import { flightGroupOf, type FlightPlan, type FlightRequest } from "./domain/flight.ts";
import { lookupBook } from "./domain/lookup.ts";
import { missGate } from "./domain/miss-gate.ts";
import { PROVIDER_IDS, type ProviderId } from "./domain/provider.ts";
import { refreshStale } from "./domain/refresh-stale.ts";
import type { Resolution } from "./domain/resolution.ts";
import { resolveBook, type ResolveDeps } from "./domain/resolve.ts";
import { searchBooks } from "./domain/search/search.ts";
import { adminCacheRoutes } from "./http/cache-admin.ts";
import { loadRoutes } from "./http/load-admin.ts";
import { coverRoutes } from "./http/covers.ts";
import { editionRoutes } from "./http/editions.ts";
import { enrichRoutes } from "./http/enrich.ts";
import { catalogueRoutes, hotLookup, type CatalogueDeps } from "./http/lookup.ts";
import { searchRoutes } from "./http/search.ts";
import { lookupObserver } from "./lookup-observer.ts";
import type { DeskConnections } from "./objects/connections.ts";
import { cacheDrop, oldValueRetirement } from "./old-values.ts";
import {
  consumeRefreshes,
  recordRequests,
  refreshRequests,
  type RefreshMessage,
} from "./queue/refresh-consumer.ts";
import { catalogueReadiness } from "./readiness.ts";
import { kvBookCache } from "./storage/book-cache.ts";
import { d1BookStore, timedReads, type BookStore } from "./storage/books.ts";
import { d1CacheMetrics, pruneCacheMetrics, readCacheMetrics } from "./storage/cache-metrics.ts";
import { memoryCache } from "./storage/memory-cache.ts";
import { recentFlights } from "./storage/recent-flights.ts";
import { searchBooksOfOthers } from "./storage/search-upkeep.ts";
import { knownAtProvider } from "./storage/known-at-provider.ts";
import { staleOnShelves } from "./storage/stale-books.ts";

export { requireIsbn } from "./http/isbn.ts";
export { catalogueUnavailable, providersUnavailable, refuseUnanswered } from "./http/lookup.ts";
export {
  bookFromRow,
  FIRST_VERSIONS,
  INSERT_BOOKS,
  OVERWRITE,
  toRow,
  WRITTEN_COLUMNS,
  type BookText,
} from "./storage/book-row.ts";
export { d1HeldBooks } from "./storage/held-books.ts";
export { kvValues } from "./storage/kv-values.ts";
export { d1BookSearch } from "./storage/search.ts";
export { searchTextsOf, writeSearchTexts } from "./storage/search-texts.ts";

/** The flag that includes D1 in the read path of single books. */
const D1_READS = "enable_d1_reads";
/** An unreachable flight is a brief failure of the platform. */
const FLIGHT_RETRY_SECONDS = 2;
/** Retention of the counts of a key that is no longer requested. */
const METRICS_RETENTION_SECONDS = 90 * 86_400;
const PRUNE_BATCH_SIZE = 1000;

/** The catalogue's interface for the modules above it. */
export interface CatalogueModule extends Module {
  /** Looks up one edition: memory, KV, D1, then the providers. */
  lookupBook: CatalogueDeps["lookupBook"];
  /** Asks the providers about one ISBN through its flight, which all callers share. */
  askFlight(isbn13: string, request: FlightRequest): Promise<Resolution>;
  /** Stores a book that only a cache has, so that libraries can refer to it. It is stale and will be refreshed. */
  keepBook(book: Book): Promise<void>;
  /** The providers that this deployment asks, in order. */
  providers: readonly DeskProvider[];
  /** The work of a flight: asks through the desks, stores the answers and returns the result. */
  resolveFlight(input: { isbn13: string } & FlightPlan): Promise<Resolution>;
  /** The dependencies of one provider's desk. */
  deskConnections(id: ProviderId): DeskConnections;
}

interface Below {
  rateLimits: RateLimitsModule;
  idempotency: IdempotencyModule;
  quotas: QuotasModule;
  accounts: AccountsModule;
  rollout: RolloutModule;
}

/** Books by ISBN and by title: the cache tiers, the providers behind their desks, and the refresh of stale books. */
export function catalogueModule(platform: Platform, below: Below): CatalogueModule {
  const { env, config, log, metrics, now, random, defer, sleep } = platform;
  const parts = catalogueParts(platform, below);
  const { books, cache, memory, providers, d1ReadsEnabled } = parts;
  const askFlight: CatalogueModule["askFlight"] = (isbn13, request) =>
    env.BOOK_FLIGHTS.getByName(flightGroupOf(isbn13)).ask(isbn13, request);
  const lookup = lookupDeps(platform, parts, askFlight);
  const answerLookup: CatalogueDeps["lookupBook"] = (isbn, caller) =>
    lookupBook({ isbn, caller }, lookup);
  const resolution: ResolveDeps = {
    providers,
    books,
    cache,
    d1ReadsEnabled,
    completeLater: recordRequests(env.REFRESH_QUEUE, log),
    sleep,
    defer,
    now,
    random,
  };

  return {
    lookupBook: answerLookup,
    askFlight,
    keepBook: (book) => keepBook(book, books, now),
    providers,
    resolveFlight: (input) => resolveBook(input, resolution),
    deskConnections: (id) => ({
      provider: PROVIDERS[id](config, now),
      limits: config.PROVIDER_LIMITS[id] ?? defaultLimits(id, config),
      metrics,
      report: (what, error) => log.error(what, { provider: id, error }),
      seedCanaries: () => knownAtProvider(env.DB, id),
    }),
    hotRoutes: [hotLookup(below.rateLimits.limiters, lookup, config.CLIENT_IP_HEADER)],
    routes: () => bookRoutes(platform, below, { ...parts, lookup, answerLookup }),
    adminRoutes: () =>
      router()
        .route(
          "/",
          adminCacheRoutes({
            readCacheMetrics: (limit) => d1Errors(log).read(readCacheMetrics(env.DB, limit)),
            dropFromCache: cacheDrop(platform, memory.drop),
          }),
        )
        .route("/", loadRoutes({ ...catalogueLoads(platform), once: below.idempotency.once })),
    consumers: {
      refresh: (batch) =>
        consumeRefreshes(batch as MessageBatch<RefreshMessage>, {
          refreshBook: (isbn13) =>
            askFlight(isbn13, { lane: "import", account: false, isRefresh: true }),
          completeBook: completion(platform, { books, cache: resolution.cache }),
          log,
        }),
    },
    tasks: catalogueTasks(platform, askFlight),
    readiness: catalogueReadiness(platform, providers),
    gauges: catalogueGauges(platform),
  };
}

type Parts = ReturnType<typeof catalogueParts>;

/** The cache tiers, the providers and the limit of misses, which lookups, searches and refreshes share. */
function catalogueParts(platform: Platform, { rateLimits, quotas, rollout }: Below) {
  const { env, log, metrics, now } = platform;
  const cacheMetrics = d1CacheMetrics(env.DB, platform);
  return {
    cacheMetrics,
    memory: memoryCache(now),
    cache: kvBookCache(env.BOOK_CACHE, { ...platform, cacheMetrics }),
    books: timedReads(d1BookStore(quotas.countedDb("catalogue"), log), metrics, now),
    providers: askedProviders(platform).map((provider) =>
      chargedProvider(provider, {
        take: (payer, id) => quotas.takeOne(payer, QUESTION_QUOTAS[id]),
      }),
    ),
    misses: missGate(rateLimits.limiters.misses, recentFlights(now)),
    d1ReadsEnabled: () => rollout.flags.isOn(D1_READS),
  };
}

function lookupDeps(
  platform: Platform,
  { memory, books, cache, cacheMetrics, providers, misses, d1ReadsEnabled }: Parts,
  askFlight: CatalogueModule["askFlight"],
): EnrichDeps {
  const { env, log, metrics, now, defer } = platform;
  return {
    memory,
    books,
    cache,
    d1ReadsEnabled,
    admitMiss: (caller, isbn13) => misses.admit(caller, isbn13),
    admitRefresh: (caller, isbn13) => misses.admitRefresh(caller, isbn13),
    countingProviders: providers.flatMap(({ id, counts }) => (counts ? [id] : [])),
    async resolveMiss({ isbn13 }, { account }, options) {
      try {
        return await askFlight(isbn13, { lane: "scan", account, ...options });
      } catch (error) {
        metrics.count("flight_failures", {});
        log.error("flight_failed", { error });
        return { kind: "unavailable", providers: {}, retryAfterSeconds: FLIGHT_RETRY_SECONDS };
      }
    },
    refreshLater: refreshRequests(env.REFRESH_QUEUE, log),
    retireOldValues: oldValueRetirement(platform, { cache, d1ReadsEnabled }),
    defer,
    now,
    observe: lookupObserver(metrics, cacheMetrics),
  };
}

function bookRoutes(
  platform: Platform,
  { rateLimits, accounts, idempotency, quotas }: Below,
  {
    providers,
    misses,
    books,
    lookup,
    answerLookup,
  }: Parts & { lookup: EnrichDeps; answerLookup: CatalogueDeps["lookupBook"] },
) {
  const { config, now } = platform;
  const { authenticate } = accounts;
  const shared = { limiters: rateLimits.limiters, clientIpHeader: config.CLIENT_IP_HEADER };
  const admitMiss = (caller: Caller) => misses.admit(caller);
  const editions = editionsDeps(platform, { lookup: answerLookup, admitMiss, books });
  const covers = coverDeps(platform, {
    findBook: (isbn13) => books.find(isbn13),
    admitMiss,
    maxBytes: quotas.quotas.coverBytes,
  });
  const searched = { searchedProviders: providers, lookupBook: answerLookup, admitMiss };
  const search = searchDeps(platform, searched);
  return router()
    .route("/", catalogueRoutes({ ...shared, lookupBook: answerLookup }))
    .route(
      "/",
      searchRoutes({
        ...shared,
        authenticate,
        searchBooks: (input) => searchBooks(input, search),
        onShelf: shelfOf(platform),
      }),
    )
    .route("/", coverRoutes({ ...shared, coverOf: (input) => coverOf(input, covers) }))
    .route(
      "/",
      editionRoutes({ ...shared, otherEditions: (input) => otherEditions(input, editions) }),
    )
    .route(
      "/",
      enrichRoutes({
        ...shared,
        authenticate,
        enrichBook: (request) => enrichBook(request, lookup),
        once: idempotency.once,
        now,
      }),
    );
}

function catalogueTasks(
  { env, now, random }: Platform,
  askFlight: CatalogueModule["askFlight"],
): NonNullable<Module["tasks"]> {
  return {
    refresh_stale_books: () =>
      refreshStale({
        refreshBook: (isbn13) =>
          askFlight(isbn13, { lane: "import", account: true, isRefresh: true }),
        desks: () =>
          Promise.all(PROVIDER_IDS.map((id) => env.PROVIDER_DESKS.getByName(id).status())),
        stale: (span) => staleOnShelves(env.DB, span),
        now,
        random,
      }),
    search_texts: () => searchBooksOfOthers(env.DB),
    prune_cache_metrics: () =>
      pruneCacheMetrics(
        env.DB,
        Math.floor(now() / 1000) - METRICS_RETENTION_SECONDS,
        PRUNE_BATCH_SIZE,
      ),
  };
}

async function keepBook(book: Book, books: BookStore, now: () => number): Promise<void> {
  if ((await books.find(book.isbn)).kind !== "miss") return;
  await books.save({ book, fetchedAt: now(), freshUntil: 0 }, undefined);
}
