/** Edits of the shelf page, and what takes them back. */
import type { Edit, ListedBook } from "../../../state/library.ts";
import type { Status } from "./filters.ts";

type Change = Extract<Edit, { op: "change" }>;

/** What is needed to make edits, apart from the books. */
export interface EditContext {
  /** `2026-03-09`, in the time zone of the user. */
  readonly today: string;
  newId(): string;
}

/**
 * Changes the status with the dates that the service adds, so that they are seen at once: a book that is started has a reading from
 * today, and a book that is finished ends its open reading today, or has a first one that ended today.
 */
export function statusEdit(
  { isbn, readings }: ListedBook,
  status: Status,
  { today, newId }: EditContext,
): Change {
  const change: Change = { op: "change", isbn, set: { status: status === "none" ? null : status } };
  const open = readings.findLast(
    ({ startedAt, finishedAt }) => startedAt !== undefined && finishedAt === undefined,
  );
  if (status === "reading" && !open) {
    return { ...change, addReadings: [{ id: newId(), startedAt: today }] };
  }
  if (status !== "completed") return change;
  if (open) {
    const { id, startedAt = "" } = open;
    return {
      ...change,
      changeReadings: [{ id, finishedAt: startedAt > today ? startedAt : today }],
    };
  }
  if (readings.length > 0) return change;
  return { ...change, addReadings: [{ id: newId(), finishedAt: today }] };
}

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
      ? statusEdit(book, status, context)
      : { op: "change", isbn: book.isbn };
    return {
      ...change,
      ...(adds.length > 0 ? { addTags: adds } : {}),
      ...(removes.length > 0 ? { removeTags: removes } : {}),
    };
  });
}

/** The edit that takes a change back. @param before the book as it was */
export function inverseOf(edit: Change, before: ListedBook): Change {
  const values = before as unknown as Readonly<Record<string, unknown>>;
  const names = Object.keys(edit.set ?? {});
  const dates = new Map(before.readings.map((reading) => [reading.id, reading]));
  return {
    op: "change",
    isbn: edit.isbn,
    set: Object.fromEntries(names.map((name) => [name, values[name] ?? null])),
    addTags: (edit.removeTags ?? []).filter((tag) => before.tags.includes(tag)),
    removeTags: (edit.addTags ?? []).filter((tag) => !before.tags.includes(tag)),
    removeReadings: (edit.addReadings ?? []).flatMap(({ id }) => id ?? []),
    addReadings: (edit.removeReadings ?? []).flatMap((id) => dates.get(id) ?? []),
    changeReadings: (edit.changeReadings ?? []).flatMap(({ id }) => {
      const reading = dates.get(id);
      if (!reading) return [];
      const { startedAt = null, finishedAt = null } = reading;
      return { id, startedAt, finishedAt };
    }),
  };
}

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
