/** Edits of the shelf page. */
import { statusEdit, type Change, type EditContext } from "../../../state/edits.ts";
import type { Edit, ListedBook } from "../../../state/library.ts";
import type { Status } from "./filters.ts";

/** What one edit does to many books. */
export interface BulkChange {
  readonly status?: Status | undefined;
  readonly addTags: readonly string[];
  readonly removeTags: readonly string[];
}

/** One edit a book; books that it would not change have none. */
export function bulkEdits(
  books: readonly ListedBook[],
  { status, addTags, removeTags }: BulkChange,
  context: EditContext,
): Edit[] {
  return books.flatMap((book) => {
    const changesStatus = status !== undefined && status !== (book.status ?? "none");
    const adds = addTags.filter((tag) => !book.tags.includes(tag));
    const removes = removeTags.filter((tag) => book.tags.includes(tag));
    if (!changesStatus && adds.length === 0 && removes.length === 0) return [];
    const change: Change = changesStatus
      ? statusEdit(book, known(status), context)
      : { op: "change", isbn: book.isbn };
    return {
      ...change,
      ...(adds.length > 0 ? { addTags: adds } : {}),
      ...(removes.length > 0 ? { removeTags: removes } : {}),
    };
  });
}

/** As a book has it. */
export const known = (status: Status): ListedBook["status"] =>
  status === "none" ? undefined : status;

/** Brings a book back that the service never had: it is added anew, as it was. */
export function addedAgain(book: ListedBook): Edit[] {
  const { status, rating, review, notes, format, owned, location, tags, readings } = book;
  const isLocal = book.isbn.startsWith("local-");
  const fields = { status, rating, review, notes, format, owned, location, tags };
  const body = Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  );
  if (isLocal) {
    // It gets a new id, under which alone readings could be added.
    const { title, authors } = book;
    return [{ op: "add", body: { ...body, title, authors }, preview: book }];
  }
  return [
    { op: "add", isbn: book.isbn, body, preview: book },
    { op: "change", isbn: book.isbn, addReadings: readings },
  ];
}
