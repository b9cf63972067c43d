import type { Config } from "../config.ts";
import type { AskedProvider } from "../catalogue/domain/ask-providers.ts";
import type { DeskLimits } from "../catalogue/domain/desk/gate.ts";
import type { Provider, ProviderId } from "../catalogue/domain/provider.ts";
import { googleBooks } from "../catalogue/providers/google-books.ts";
import type { Fetch } from "../catalogue/providers/http.ts";
import { openLibrary } from "../catalogue/providers/open-library.ts";

const now = (): number => Date.now();

/** The providers that this deployment may ask. Google refuses most callers without a key, so it takes one or a wish. */
export function askedProviders(env: Env, config: Config): AskedProvider[] {
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

/** Called through the global at call time: the runtime wants `fetch` unbound. */
const outward: Fetch = (url, init) => fetch(url, init);

/** Each provider from the configuration. */
export const PROVIDERS: Record<ProviderId, (config: Config) => Provider> = {
  openlibrary: (config) =>
    openLibrary({
      baseUrl: config.OPEN_LIBRARY_BASE_URL,
      fetch: outward,
      now,
      ...contactOf(config),
    }),
  "google-books": (config) =>
    googleBooks({
      baseUrl: config.GOOGLE_BOOKS_BASE_URL,
      country: config.GOOGLE_BOOKS_COUNTRY,
      fetch: outward,
      now,
      ...contactOf(config),
      ...(config.GOOGLE_BOOKS_API_KEY === undefined ? {} : { apiKey: config.GOOGLE_BOOKS_API_KEY }),
    }),
};

function contactOf({ PROVIDER_CONTACT: contact }: Config): { contact?: string } {
  return contact === undefined ? {} : { contact };
}

/** What the providers publish: Open Library allows one call a second, three to those who say how to reach them. */
export function defaultLimits(id: ProviderId, config: Config): DeskLimits {
  if (id === "google-books") return { perSecond: 1, perDay: 1000 };
  return { perSecond: config.PROVIDER_CONTACT === undefined ? 1 : 3 };
}
