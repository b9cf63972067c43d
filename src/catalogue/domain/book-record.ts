import { DAY_MS } from "../../platform/time.ts";
import type { Book } from "../../../contract/catalogue.ts";

/** A stored book with the instants that the read path needs, in ms since the epoch. */
export interface BookRecord {
  book: Book;
  /** When a provider last confirmed the book; the time of the migration run for a migrated row without a date. */
  fetchedAt: number;
  /** From this instant the book is stale: it is still served, and refreshed after the response. */
  freshUntil: number;
  /** How many users of a provider have the book, if an answer says so. */
  popularity?: number;
}

/** A row of the catalogue. `version` lets a writer detect a concurrent write. */
export interface StoredBook extends BookRecord {
  version: number;
}

/** Result of reading one ISBN from D1. */
export type StoreReading =
  | { kind: "hit"; stored: StoredBook }
  | { kind: "miss" }
  | { kind: "failed" };

/** A provider's answer is fresh for 180 days ± 10 %, so that a bulk load does not expire all at the same time. */
export function freshUntil(fetchedAt: number, random: () => number): number {
  return Math.round(fetchedAt + 180 * DAY_MS * (0.9 + 0.2 * random()));
}

/**
 * A book that still lacks what the provider's records may have is fresh for a day. If the request for them is lost, its
 * next lookup or the schedule asks again.
 */
export const OPEN_FRESH_MS = DAY_MS;

/** A cache entry lives for 24 h minus up to 10 %, so that entries written together do not expire together. */
export function cacheLifetimeMs(random: () => number): number {
  return Math.round(DAY_MS * (1 - 0.1 * random()));
}
