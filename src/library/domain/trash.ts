import { defined } from "../../platform/defined.ts";
import {
  MAX_ATTEMPTS,
  saveEntry,
  type KeepAnswer,
  type Precondition,
  type ShelfDeps,
  type Shelved,
} from "./shelf.ts";
import type { EntryImage } from "./entry.ts";
import type { Book } from "../../../contract/catalogue.ts";
import { DAY_MS } from "../../platform/time.ts";

/** How long the trash keeps an entry. */
export const TRASH_MS = 30 * DAY_MS;

/** An entry in the trash, with the catalogue's data of its book. Instants are ms since the epoch. */
export interface TrashedEntry extends EntryImage {
  isbn: string;
  book?: Book;
  deletedAt: number;
  until: number;
}

/** A page of the trash starts after this entry. */
export type TrashPosition = Pick<TrashedEntry, "until" | "isbn">;

/** The trash of users. Every call may throw DomainError DATABASE_UNAVAILABLE. */
export interface Trash {
  /**
   * Entries in the trash, most recently deleted first, and their total number. `last` is absent on
   * the last page.
   */
  page(
    userId: string,
    after: TrashPosition | undefined,
    limit: number,
  ): Promise<{ entries: TrashedEntry[]; total: number; last?: TrashPosition }>;
  /**
   * Permanently deletes an entry in the trash. Returns whether there was one.
   * @param at ms since the epoch
   */
  purge(userId: string, isbn: string, at: number): Promise<boolean>;
  /** Permanently deletes all entries that are in the trash at an instant (ms since the epoch). */
  empty(userId: string, at: number): Promise<void>;
}

export type RemoveOutcome =
  | { kind: "removed" }
  | { kind: "not_on_shelf" }
  | { kind: "precondition_failed" }
  | { kind: "contended" };

export type RestoreOutcome = Shelved | { kind: "not_in_trash" | "full" | "contended" };

/** Restores a book from the trash unchanged. */
export async function restoreBook(
  input: { userId: string; isbn: string; keepAnswer?: KeepAnswer; key?: string },
  deps: Pick<ShelfDeps, "shelves" | "now">,
): Promise<RestoreOutcome> {
  const { userId, isbn, keepAnswer, key } = input;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const place = await deps.shelves.find(userId, isbn);
    if (place.entry || !place.trashed) return { kind: "not_in_trash" };
    const restored = await saveEntry(
      { userId, entry: place.trashed.entry, place, keepAnswer, key },
      deps,
    );
    if (restored.kind !== "conflict") return restored;
  }
  return { kind: "contended" };
}

/** Moves a book from a shelf to the trash. */
export async function removeBook(
  input: { userId: string; isbn: string; precondition?: Precondition },
  deps: ShelfDeps,
): Promise<RemoveOutcome> {
  const { userId, isbn, precondition } = input;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const { entry, stored, own, latest } = await deps.shelves.find(userId, isbn);
    if (!entry) return { kind: "not_on_shelf" };
    if (precondition && !precondition(entry)) return { kind: "precondition_failed" };
    const read = { entry, ...defined({ stored, own, latest }) };
    if (await deps.shelves.remove(userId, read, deps.now())) return { kind: "removed" };
  }
  return { kind: "contended" };
}
