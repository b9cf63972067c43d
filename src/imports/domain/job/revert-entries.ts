import type { Status } from "../../../../contract/library-fields.ts";
import { placed, withIds } from "../../../library/domain/field-writes.ts";
import { ANY_FIELD } from "../../../library/domain/fields.ts";
import { shelfKeys, type KnownBook } from "../../../library/domain/shelf-keys.ts";
import type { EntryImage } from "../../../library/domain/entry.ts";
import type { EntryRemoval, EntryWrite } from "../../../library/domain/entry-write.ts";

/** An entry that an import has written one or more times, and its current state. */
export interface WrittenEntry {
  isbn: string;
  /** The entry before the import's first write; absent when the import created it. */
  before?: EntryImage;
  /** The versions of the import's first and last write, and the number of its writes. */
  firstVersion: number;
  lastVersion: number;
  writes: number;
  /** The database row that was written; absent when the writes went to different rows. */
  id?: number;
  now?: { id: number; version: number; status?: Status; isUnkept?: boolean };
  book?: KnownBook;
  bookVersion: number;
}

/** Entries to revert, from one chunk of a job. */
export interface DueUndo {
  /** The chunk and its first and last row. */
  chunk: number;
  first: number;
  last: number;
  /** Written and not yet reverted. */
  entries: WrittenEntry[];
  /**
   * Whether these are all entries of the chunk, so that its rows and review items are settled in
   * the same step.
   */
  isWhole: boolean;
  /** Rows of the chunk that were never processed. */
  unprocessed: number;
  /** Whether rows of the chunk have added something other than entries. */
  hasAdded: boolean;
}

/** The writes of one undo step. */
export interface RevertPlan {
  /** Entries to restore to their earlier state. */
  writes: EntryWrite[];
  /** Entries to delete, as they are now. */
  removed: EntryRemoval[];
  marks: { isbn: string; undo: "reverted" | "changedSince" }[];
}

/**
 * Plans the undo of an import's writes. An entry that anyone else has written after the import's
 * first write is left unchanged, because the user's later change takes precedence.
 */
export function revertEntries(entries: readonly WrittenEntry[]): RevertPlan {
  const plan: RevertPlan = { writes: [], removed: [], marks: [] };
  for (const written of entries) {
    const { isbn, before } = written;
    const isUntouched = isOnlyTheImports(written);
    plan.marks.push({ isbn, undo: isUntouched ? "reverted" : "changedSince" });
    if (isUntouched && before) plan.writes.push(restored(before, written));
    if (isUntouched && !before && written.now) {
      const { id: _id, ...now } = written.now;
      plan.removed.push({ isbn, ...now });
    }
  }
  return plan;
}

/** Every write increments the version by one, so a gap in the import's versions reveals another writer. */
function isOnlyTheImports(written: WrittenEntry): boolean {
  const { id, now, firstVersion, lastVersion, writes } = written;
  return (
    id !== undefined &&
    now?.id === id &&
    now.version === lastVersion &&
    lastVersion - firstVersion + 1 === writes
  );
}

function restored(before: EntryImage, written: WrittenEntry): EntryWrite {
  const { book, bookVersion, lastVersion } = written;
  const { own } = before;
  const version = lastVersion + 1;
  // A device that has seen the import's values must not overwrite the restored ones, so every field
  // counts as written now.
  const fieldWrites = { ...before.entry.fieldWrites, [ANY_FIELD]: placed(ANY_FIELD, version) };
  const readings = withIds(before.entry.readings, version);
  const entry = { ...before.entry, version, readings, fieldWrites };
  const descriptions = { ...(book ? { book } : {}), ...(own ? { own } : {}) };
  const keys = shelfKeys(entry, descriptions);
  return {
    entry,
    isNew: false,
    statusBefore: written.now?.status,
    ...(written.now?.isUnkept ? { isUnkept: true } : {}),
    wasRemoved: false,
    hasOwn: own !== undefined,
    own: own ?? null,
    keys,
    bookVersion,
  };
}
