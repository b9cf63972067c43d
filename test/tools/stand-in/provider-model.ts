import type { Catalogue } from "./catalogue-book.ts";

/** How one provider speaks: pure, from the address asked for to the JSON that comes back. Paths are below its base. */
export interface ProviderModel {
  isbnsIn(url: URL): string[];
  /** Nothing for an address that the provider does not have. */
  answer(url: URL, catalogue: Catalogue): object | undefined;
  otherEdition(url: URL, catalogue: Catalogue): object;
  empty(): object;
  oddShape(url: URL): object;
  rateLimited(): object;
}
