import type { Catalogue } from "./catalogue-book.ts";

/** The responses of one provider: pure functions from the requested URL to JSON. Paths are relative to its base URL. */
export interface ProviderModel {
  isbnsIn(url: URL): string[];
  /** Undefined for a URL that the provider does not serve. */
  answer(url: URL, catalogue: Catalogue): object | undefined;
  otherEdition(url: URL, catalogue: Catalogue): object;
  empty(): object;
  oddShape(url: URL): object;
  rateLimited(): object;
}
