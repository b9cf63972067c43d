import type { Book } from "../../../contract/catalogue.ts";
import { DAY_MS } from "../../platform/time.ts";

/** A stored book with what the read path must know of it. Instants are ms since the epoch. */
export interface BookRecord {
  book: Book;
  /** When a provider last said so; the run's own time for a migrated row that nobody dated. */
  fetchedAt: number;
  /** From then on the answer is stale: still given, and refreshed behind it. */
  freshUntil: number;
}

/** A row of the catalogue; `version` lets a writer notice that another one was faster. */
export interface StoredBook extends BookRecord {
  version: number;
}

/** What the database says of one ISBN. */
export type StoreReading =
  | { kind: "hit"; stored: StoredBook }
  | { kind: "miss" }
  | { kind: "failed" };

/** A provider's answer is fresh for 180 days, give or take a tenth, so that a bulk load does not age all at once. */
export function freshUntil(fetchedAt: number, random: () => number): number {
  return Math.round(fetchedAt + 180 * DAY_MS * (0.9 + 0.2 * random()));
}

/** A cache entry lives for 24 h less up to a tenth, so that entries written together do not expire together. */
export function cacheLifetimeMs(random: () => number): number {
  return Math.round(DAY_MS * (1 - 0.1 * random()));
}
