import type { Config } from "../config.ts";
import { defined } from "../platform/defined.ts";
import type { Platform } from "../platform/platform.ts";
import type { AskedProvider } from "./domain/ask-providers.ts";
import type { DeskLimits } from "./domain/desk/gate.ts";
import type { Provider, ProviderId } from "./domain/provider.ts";
import type { SearchedProvider } from "./domain/search/providers.ts";
import { googleBooks } from "./providers/google-books.ts";
import type { Fetch } from "./providers/http.ts";
import { openLibrary } from "./providers/open-library.ts";

/** A provider behind its desk, for lookups and searches. */
export type DeskProvider = AskedProvider & SearchedProvider;

/**
 * The providers that this deployment asks, in order. Without a key Google refuses most callers, so it is asked only
 * with a key or if the configuration enables it.
 */
export function askedProviders({ env, config }: Pick<Platform, "env" | "config">): DeskProvider[] {
  const desk = (id: ProviderId, counts: boolean): DeskProvider => ({
    id,
    counts,
    lookup: (isbn13, options) => env.PROVIDER_DESKS.getByName(id).lookup(isbn13, options),
    search: (query, options) => env.PROVIDER_DESKS.getByName(id).search(query, options),
    ...(id === "openlibrary" ? { record } : {}),
  });
  const record: DeskProvider["search"] = (query, options) =>
    env.PROVIDER_DESKS.getByName("openlibrary").search(query, options);
  const hasKey = config.GOOGLE_BOOKS_API_KEY !== undefined;
  return [
    desk("openlibrary", true),
    ...(hasKey || config.GOOGLE_BOOKS_KEYLESS ? [desk("google-books", hasKey)] : []),
  ];
}

/** Called through the global at call time: the runtime requires an unbound `fetch`. */
const runtimeFetch: Fetch = (url, init) => fetch(url, init);

/** Creates each provider from the configuration. */
export const PROVIDERS: Record<ProviderId, (config: Config, now: () => number) => Provider> = {
  openlibrary: (config, now) =>
    openLibrary({
      baseUrl: config.OPEN_LIBRARY_BASE_URL,
      fetch: runtimeFetch,
      now,
      ...defined({ contact: config.PROVIDER_CONTACT }),
    }),
  "google-books": (config, now) =>
    googleBooks({
      baseUrl: config.GOOGLE_BOOKS_BASE_URL,
      country: config.GOOGLE_BOOKS_COUNTRY,
      fetch: runtimeFetch,
      now,
      ...defined({ contact: config.PROVIDER_CONTACT, apiKey: config.GOOGLE_BOOKS_API_KEY }),
    }),
};

/**
 * The published limits: Open Library allows one call per second, or three if the caller gives a
 * contact.
 */
export function defaultLimits(id: ProviderId, config: Config): DeskLimits {
  if (id === "google-books") return { perSecond: 1, perDay: 1000 };
  return { perSecond: config.PROVIDER_CONTACT === undefined ? 1 : 3 };
}
