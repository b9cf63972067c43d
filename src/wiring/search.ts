import type { SearchedProvider } from "../catalogue/domain/search/providers.ts";
import { searchBooks, type SearchDeps } from "../catalogue/domain/search/search.ts";
import type { SearchRouteDeps } from "../catalogue/http/search.ts";
import type { Log } from "../platform/log.ts";
import type { Metrics } from "../platform/metrics/metrics.ts";
import { recentSearches } from "../catalogue/storage/recent-searches.ts";
import { d1BookSearch } from "../catalogue/storage/search.ts";

/** What search shares with the rest of the isolate. */
interface SearchServices {
  log: Log;
  metrics: Metrics;
  /** The providers that lookups ask, too, in their order. */
  providers: readonly Pick<SearchedProvider, "id" | "counts">[];
  admitMiss: SearchDeps["admitMiss"];
  now(): number;
}

/** Search by words: over D1, then through the desks. */
export function searchFor(
  env: Env,
  { log, metrics, providers, admitMiss, now }: SearchServices,
): SearchRouteDeps["searchBooks"] {
  const deps: SearchDeps = {
    catalogue: d1BookSearch(env.DB, log),
    searchedProviders: providers.map(({ id, counts }) => ({
      id,
      counts,
      search: (query, options) => env.PROVIDER_DESKS.getByName(id).search(query, options),
    })),
    recent: recentSearches(now),
    admitMiss,
    now,
    observe: (answer) => metrics.count("searches", { answer }),
  };
  return (input) => searchBooks(input, deps);
}
