/** Edits of the shelf page. */
import { statusEdit, type Change, type EditContext } from "../../../state/edits.ts";
import type { Edit, ListedBook } from "../../../state/library.ts";
import type { Status } from "./filters.ts";

/** A bulk edit of many books. */
export interface BulkChange {
  readonly status?: Status | undefined;
  readonly addTags: readonly string[];
  readonly removeTags: readonly string[];
  /** Fields of each copy; null clears a field, and absent fields are unchanged. */
  readonly copy: Pick<NonNullable<Change["set"]>, "format" | "owned" | "location">;
}

/** One edit per book; none for books that would not change. */
export function bulkEdits(
  books: readonly ListedBook[],
  { status, addTags, removeTags, copy }: BulkChange,
  context: EditContext,
): Edit[] {
  return books.flatMap((book) => {
    const changesStatus = status !== undefined && status !== (book.status ?? "none");
    const adds = addTags.filter((tag) => !book.tags.includes(tag));
    const removes = removeTags.filter((tag) => book.tags.includes(tag));
    const set = changedOf(book, copy);
    if (!changesStatus && !set && adds.length === 0 && removes.length === 0) return [];
    const change: Change = changesStatus
      ? statusEdit(book, known(status), context)
      : { op: "change", isbn: book.isbn };
    return {
      ...change,
      ...(set ? { set: { ...change.set, ...set } } : {}),
      ...(adds.length > 0 ? { addTags: adds } : {}),
      ...(removes.length > 0 ? { removeTags: removes } : {}),
    };
  });
}

/** The fields that differ from the wanted values. */
function changedOf(book: ListedBook, copy: BulkChange["copy"]): BulkChange["copy"] | undefined {
  const values: Readonly<Record<string, unknown>> = { ...book };
  const changed = Object.entries(copy).filter(
    ([name, value]) => value !== undefined && value !== (values[name] ?? null),
  );
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

/** The status in the form that books have it. */
export const known = (status: Status): ListedBook["status"] =>
  status === "none" ? undefined : status;

const ENTRY_FIELDS = [
  "status",
  "rating",
  "review",
  "notes",
  "format",
  "owned",
  "location",
  "loan",
  "ownSeries",
  "tags",
] as const;
/** The user's description of a book that no catalogue has. */
const OWN_WORDS = [
  "title",
  "authors",
  "subtitle",
  "publisher",
  "publishedDate",
  "publicationYear",
  "pageCount",
  "language",
  "categories",
] as const;

/** Restores a book that was never sent to the service by adding it again. */
export function addedAgain(book: ListedBook): Edit[] {
  const { isbn, readings } = book;
  if (isbn.startsWith("local-")) {
    // It gets a new id, so readings cannot be added here.
    return [{ op: "add", body: said(book, [...OWN_WORDS, ...ENTRY_FIELDS]), preview: book }];
  }
  return [
    { op: "add", isbn, body: said(book, ENTRY_FIELDS), preview: book },
    { op: "change", isbn, addReadings: readings },
  ];
}

/** Only the fields that have a value. */
function said<Name extends keyof ListedBook>(
  book: ListedBook,
  names: readonly Name[],
): Partial<Pick<ListedBook, Name>> {
  const entries = names.flatMap((name) => (book[name] === undefined ? [] : [[name, book[name]]]));
  return Object.fromEntries(entries) as Partial<Pick<ListedBook, Name>>;
}
