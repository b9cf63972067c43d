import { shelfKeys, type KnownBook } from "../../../library/domain/shelf-keys.ts";
import type { EntryImage, EntryWrite } from "./shelve-chunk.ts";

/** An entry that an import has written, once or more often, and what it is now. */
export interface WrittenEntry {
  isbn: string;
  /** What it was before the import's first write; absent when there was none. */
  before?: EntryImage;
  /** The versions of the import's first and last write, and how many writes there were. */
  firstVersion: number;
  lastVersion: number;
  writes: number;
  /** The row that was written; absent when it was not always the same. */
  id?: number;
  now?: { id: number; version: number };
  book?: KnownBook;
  bookVersion: number;
}

/** What undoing does to some entries. */
export interface RevertPlan {
  /** Entries that become what they were. */
  writes: EntryWrite[];
  /** Entries that go. */
  removed: string[];
  marks: { isbn: string; undo: "reverted" | "changedSince" }[];
}

/**
 * Takes an import's writes back. An entry on which somebody else has written, before the import's last write or after it,
 * is left as it is: its reader's later word counts.
 */
export function revertEntries(entries: readonly WrittenEntry[]): RevertPlan {
  const plan: RevertPlan = { writes: [], removed: [], marks: [] };
  for (const written of entries) {
    const { isbn, before } = written;
    const isUntouched = isOnlyTheImports(written);
    plan.marks.push({ isbn, undo: isUntouched ? "reverted" : "changedSince" });
    if (isUntouched && before) plan.writes.push(restored(before, written));
    if (isUntouched && !before) plan.removed.push(isbn);
  }
  return plan;
}

/** Every write raises the version by one: no number is missing unless somebody else has written. */
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
  const entry = { ...before.entry, version: lastVersion + 1 };
  const shown = { ...(book ? { book } : {}), ...(own ? { own } : {}) };
  return { entry, isNew: false, own: own ?? null, keys: shelfKeys(entry, shown), bookVersion };
}
