import {
  ARCHIVE,
  type ArchivedEntry,
  type ArchivedMove,
  type ArchivedTrash,
} from "../../../contract/archive.ts";
import type { Book } from "../../../contract/catalogue.ts";
import { ownBookSchema } from "../../../contract/library.ts";
import { defined } from "../../platform/defined.ts";
import { isoTime, SECOND_MS } from "../../platform/time.ts";
import type { StoredEntry } from "./entry.ts";
import { wordsAlone, type BookWords } from "./own-book.ts";
import type { QueuedRow } from "./review.ts";
import type { LifeRecord } from "./review.ts";

/** A line of an archive between its header and its end. */
export type ArchiveRecord =
  | ArchivedEntry
  | ArchivedTrash
  | ArchivedMove
  | ({ type: "review" } & QueuedRow)
  | (LifeRecord & { trashed?: true });

export interface ArchiveDeps {
  /**
   * All data of an account, in pages of bounded size: settings, goals, entries, trash, entries that
   * have changed while these were read, progress, moves, and the review queue.
   */
  archive(userId: string): AsyncIterable<readonly ArchiveRecord[]>;
  now(): number;
}

/**
 * Yields the archive of an account as text, a page at a time: a header, the records, and a line
 * with their number.
 */
export async function* archivePages(
  userId: string,
  { archive, now }: ArchiveDeps,
): AsyncGenerator<string> {
  let head = lineOf({ type: "archive", ...ARCHIVE, exportedAt: isoTime(now()) });
  let lines = 0;
  for await (const page of archive(userId)) {
    lines += page.length;
    yield head + page.map(lineOf).join("");
    head = "";
  }
  yield head + lineOf({ type: "end", lines });
}

const lineOf = (record: object): string => `${JSON.stringify(record)}\n`;

/**
 * The members of an entry in an archive.
 * @param place has the user's own description and the catalogue's
 */
export function archivedMembers(
  entry: StoredEntry,
  { own, book }: { own?: BookWords | undefined; book?: Book | undefined },
): Omit<ArchivedEntry, "type"> {
  const { addedAt, updatedAt, tags, readings, fieldWrites, ...fields } = entry;
  return {
    ...fields,
    tags: [...tags],
    readings: [...readings],
    addedAt: isoTime(addedAt * SECOND_MS),
    updatedAt: isoTime(updatedAt * SECOND_MS),
    // The catalogue of another instance may lack the book.
    ...defined({
      fieldWrites: fieldWrites as ArchivedEntry["fieldWrites"],
      own: own?.isCopy ? undefined : own,
      book: book ? ownBookSchema.safeParse(book).data : own?.isCopy && wordsAlone(own),
    }),
  };
}
