/** Undo for the removal of a book, whether or not the service has ever received the book. */
import type { Edit } from "../../../../client/src/sync/types.ts";
import type { LibraryBook } from "../../../../client/src/schema.ts";
import { definedWords, storedWords, wordsOf } from "../../ui/own-words/own-words.ts";

type AddBody = NonNullable<Extract<Edit, { op: "add" }>["body"]>;

/**
 * The edits that restore a removed book.
 * @param wasSent whether the service may have the book; if not, the removal has dropped all its
 * edits
 */
export function broughtBack(book: LibraryBook, wasSent: boolean): Edit[] {
  const { isbn } = book;
  if (wasSent) return [{ op: "restore", isbn }];
  // Only a book with an ISBN keeps its id.
  const isLocal = isbn.startsWith("local-");
  const words = storedWords(wordsOf(book));
  const own = Array.isArray(words) ? { title: book.title } : definedWords(words);
  const { status, rating, review, notes, format, owned, location, loan, ownSeries, tags } = book;
  const entry = { status, rating, review, notes, format, owned, location, loan, ownSeries };
  const said = Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
  const body = { ...(isLocal ? own : {}), ...said, tags } satisfies AddBody;
  if (isLocal) return [{ op: "add", body }];
  const added: Edit = { op: "add", isbn, body, preview: book };
  const readings = book.readings.map(({ startedAt, finishedAt }) => ({
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  }));
  return readings.length === 0 ? [added] : [added, { op: "change", isbn, addReadings: readings }];
}
