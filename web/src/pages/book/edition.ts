/**
 * Moves an entry to another edition, unless another device has made changes that the user has not
 * seen.
 */
import { ConflictError, type Library, type LibraryBook } from "../../../../client/src/index.ts";
import { differences, entryOf, type Difference } from "./values.ts";

export interface MoveDeps {
  /** Sends and reads everything. */
  sync(): Promise<void>;
  withLibrary<Result>(work: (library: Library) => Promise<Result>): Promise<Result>;
}

/** `changed`: the values that the user saw, and the service's. */
export type Moved =
  | { kind: "moved"; isbn: string }
  | { kind: "changed"; found: Difference[]; seen: LibraryBook };

/** @param seen the entry that the user has agreed to move */
export async function moveToEdition(
  { isbn, to, seen }: { isbn: string; to: string; seen: LibraryBook },
  { sync, withLibrary }: MoveDeps,
): Promise<Moved> {
  // Unsent edits of this device are part of the entry.
  await sync();
  return withLibrary(async (library) => {
    const { book, etag } = await library.entry(isbn);
    const found = differences(entryOf(seen), entryOf(book));
    if (found.length > 0) return { kind: "changed", found, seen: book };
    try {
      const moved = await library.moveToEdition(isbn, to, { ifMatch: etag });
      await sync();
      return { kind: "moved", isbn: moved.isbn };
    } catch (error) {
      if (!(error instanceof ConflictError) || error.code !== "PRECONDITION_FAILED") throw error;
      const { book: now } = await library.entry(isbn);
      return { kind: "changed", found: differences(entryOf(seen), entryOf(now)), seen: now };
    }
  });
}
