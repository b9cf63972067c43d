import type { Platform } from "../platform/platform.ts";
import { d1Errors } from "../platform/d1/database.ts";
import type { CatalogueDeps } from "./http/lookup.ts";
import type { SearchRouteDeps } from "./http/search.ts";
import type { SearchDeps } from "./domain/search/search.ts";
import { localCatalogue } from "./loads.ts";
import { recentSearches } from "./storage/recent-searches.ts";
import { d1BookSearch } from "./storage/search.ts";
import { onShelf } from "./storage/works.ts";

/** Connects searches to D1, the providers' desks, and the lookup of an ISBN. */
export function searchDeps(
  platform: Platform,
  {
    lookupBook,
    ...shared
  }: Pick<SearchDeps, "searchedProviders" | "admitMiss"> & Pick<CatalogueDeps, "lookupBook">,
): SearchDeps {
  const { env, log, metrics, now } = platform;
  return {
    ...shared,
    catalogue: d1BookSearch(env.DB, log),
    lookup: async (isbn, caller) => {
      const outcome = await lookupBook(isbn, caller);
      return outcome.kind === "found" ? outcome.book : outcome.kind === "absent" ? null : undefined;
    },
    recent: recentSearches(now),
    isLocal: localCatalogue(platform),
    now,
    observe: (answer) => metrics.count("searches", { answer }),
  };
}

/** Looks up the hits of a search on the searching user's shelf. */
export function shelfOf({ env, log }: Platform): SearchRouteDeps["onShelf"] {
  const { read } = d1Errors(log);
  return async (userId, hits) => {
    const shelved = await read(onShelf(env.DB, userId, hits));
    return hits.map((book) => shelved.of(book));
  };
}
