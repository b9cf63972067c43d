import type { Status } from "../../../contract/library-fields.ts";
import type { OwnBook } from "../../../contract/library.ts";
import type { StoredEntry } from "./entry.ts";
import type { ShelfKeys } from "./shelf-keys.ts";

/** An insert or update of an entry. */
export interface EntryWrite {
  /** Includes the version after the write. */
  entry: StoredEntry;
  isNew: boolean;
  /** The status before the write; undefined for an entry without a status and for a new one. */
  statusBefore: Status | undefined;
  /** Whether the entry was last written by another release, which does not maintain the counts. */
  isUnkept?: boolean;
  /** Whether an earlier entry was removed from this place and its tombstone still exists. */
  wasRemoved: boolean;
  /** Whether the user's own description exists after the write. */
  hasOwn: boolean;
  /** The user's own description to write; `null` deletes it, absent leaves it unchanged. */
  own?: OwnBook | null;
  keys: ShelfKeys;
  bookVersion: number;
}

/** An entry to delete, as it was read. */
export interface EntryRemoval {
  isbn: string;
  version: number;
  status?: Status | undefined;
  /** Whether the entry was last written by another release. */
  isUnkept?: boolean;
  /** `EntryImage` as JSON, if the entry goes to the trash. */
  image?: string;
}
