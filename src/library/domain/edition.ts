import type { ParsedIsbn } from "../../catalogue/domain/isbn/isbn.ts";
import type { LookupOutcome } from "../../catalogue/domain/lookup.ts";
import type { GuardedAnswer } from "../../idempotency/domain/once.ts";
import { defined } from "../../platform/defined.ts";
import type { Caller } from "../../platform/identity.ts";
import { nextVersion, type Place, type StoredEntry } from "./entry.ts";
import { withIds } from "./field-writes.ts";
import { shownProgress } from "./progress.ts";
import {
  MAX_ATTEMPTS,
  type KeepAnswer,
  type Precondition,
  type ShelfDeps,
  type Shelved,
  type ShelvedPlace,
} from "./shelf.ts";
import type { NotFound } from "./adding.ts";
import { shelfKeys, type ShelfKeys } from "./shelf-keys.ts";

/** One optimistic move of an entry to an empty place. */
export interface EditionMove {
  userId: string;
  /** The entry as it was read. */
  from: ShelvedPlace;
  /** The entry in its new place. */
  entry: StoredEntry;
  keys: ShelfKeys;
  /** The version of the new book that the keys were computed from; 0 for none. */
  bookVersion: number;
  /** ms since the epoch. */
  at: number;
  answer?: GuardedAnswer;
}

/** Dependencies of `moveToEdition`. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface MoveDeps extends Pick<ShelfDeps, "lookupBook" | "keepBook" | "now"> {
  shelves: Pick<ShelfDeps["shelves"], "find">;
  /**
   * Moves an unchanged entry to a place that has no entry, neither on the shelf nor in the trash.
   * Returns whether it was moved.
   */
  move(move: EditionMove): Promise<boolean>;
}

export type MoveOutcome =
  | Shelved
  | NotFound
  | { kind: "not_on_shelf" | "precondition_failed" | "contended" }
  /** The other edition is the same one, or it is already on the shelf or in the trash. */
  | { kind: "same_edition" | "on_shelf" | "in_trash" };

/**
 * Moves an entry with all its history to another edition. The other edition is looked up as when
 * adding a book; if no provider has it, the user's own details are used if there are any.
 */
export async function moveToEdition(
  input: {
    userId: string;
    caller: Caller;
    isbn: string;
    target: ParsedIsbn;
    precondition?: Precondition;
    keepAnswer?: KeepAnswer;
  },
  deps: MoveDeps,
): Promise<MoveOutcome> {
  const { userId, isbn, target, precondition } = input;
  if (target.isbn13 === isbn) return { kind: "same_edition" };
  let lookup: LookupOutcome | undefined;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const place = await deps.shelves.find(userId, isbn);
    const { entry } = place;
    if (!entry) return { kind: "not_on_shelf" };
    if (precondition && !precondition(entry)) return { kind: "precondition_failed" };
    let there = await deps.shelves.find(userId, target.isbn13);
    if (there.entry) return { kind: "on_shelf" };
    if (there.trashed) return { kind: "in_trash" };
    if (!there.book) {
      lookup ??= await deps.lookupBook(target, input.caller);
      if (lookup.kind !== "found" && !place.own) return lookup;
      if (lookup.kind === "found") {
        await deps.keepBook(lookup.book);
        const { book = lookup.book, ...rest } = await deps.shelves.find(userId, target.isbn13);
        there = { ...rest, book };
      }
    }
    const moved = await moveOnce({ ...input, from: { ...place, entry }, there }, deps);
    if (moved) return moved;
  }
  return { kind: "contended" };
}

async function moveOnce(
  input: {
    userId: string;
    target: ParsedIsbn;
    from: Place & { entry: StoredEntry };
    there: Place;
    keepAnswer?: KeepAnswer;
  },
  deps: MoveDeps,
): Promise<Shelved | undefined> {
  const { userId, target, from, there } = input;
  const at = deps.now();
  // Higher than all versions that the two places have had, so that no two states of an entry share
  // a version.
  const version = Math.max(nextVersion(there, at), from.entry.version + 1);
  const entry: StoredEntry = {
    ...from.entry,
    isbn: target.isbn13,
    readings: withIds(from.entry.readings, version),
    updatedAt: Math.floor(at / 1000),
    version,
  };
  const { own, latest, timeZone } = from;
  const progress = shownProgress(entry.readings, latest);
  const { book, bookVersion } = there;
  const place: Place = { bookVersion, ...defined({ book, own, latest, timeZone, progress }) };
  const shelved: Shelved = { kind: "shelved", entry, place, added: false, restored: false };
  const answer = await input.keepAnswer?.(shelved);
  const keys = shelfKeys(entry, place);
  const isMoved = await deps.move({
    userId,
    from,
    entry,
    keys,
    bookVersion,
    at,
    ...defined({ answer }),
  });
  return isMoved ? shelved : undefined;
}
