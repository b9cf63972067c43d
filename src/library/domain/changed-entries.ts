import type { Place, StoredEntry } from "./entry.ts";
import type { ShelfWrite } from "./shelf.ts";

/** A place with its entry. */
export type ShelvedAt = Place & { entry: StoredEntry };

/** Entries of a shelf that were read at one moment. */
export interface ReadPlaces {
  /** The number of the last write of the shelf. */
  seq: number;
  /** By ISBN or `local-...`; books that are not on the shelf are missing. */
  places: ReadonlyMap<string, ShelvedAt>;
}

/**
 * Reads and writes several entries of one shelf. Each call may throw DomainError
 * DATABASE_UNAVAILABLE.
 */
export interface ReadEntries {
  find(userId: string, isbns: readonly string[]): Promise<ReadPlaces>;
  /**
   * Writes changes of entries that this release has stored, all or none of them.
   * @param seq of the shelf when the entries were read
   * @returns false if the shelf has changed since, or a change was applied before
   */
  save(userId: string, seq: number, writes: readonly ShelfWrite[]): Promise<boolean>;
}

/** Maximum entries per batch; each may have a megabyte. */
export const MAX_CHANGED_ENTRIES = 20;
