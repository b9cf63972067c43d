import type { LibraryBook } from "../schema.ts";
import type {
  Edit,
  EntryChange,
  GoalRecord,
  ListedBook,
  NewReading,
  ProgressRecord,
  QueuedEdit,
  SettingsRecord,
} from "./types.ts";

/** The fields of a book that edits change. */
type Editable = ListedBook | LibraryBook;

/** A book as the user sees it: the service's state with the unconfirmed edits applied. */
export function withEdits<Book extends Editable>(
  book: Book | undefined,
  edits: readonly QueuedEdit[],
): Book | undefined {
  let shown = book;
  for (const queued of edits) shown = withEdit(shown, queued, book);
  return shown;
}

function withEdit<Book extends Editable>(
  shown: Book | undefined,
  { edit, at, target }: QueuedEdit,
  stored: Book | undefined,
): Book | undefined {
  switch (edit.op) {
    case "add":
      return shown ?? (provisionalBook(edit, target, at) as Book);
    case "change":
      return shown && { ...changed(shown, edit), updatedAt: at };
    case "delete":
      return undefined;
    case "restore":
      return shown ?? stored;
    case "progress":
      return shown && withProgress(shown, edit, at);
    case "progress.delete":
    case "goal":
    case "setting":
      return shown;
  }
}

/** A book added on this device that the service has not looked up yet. */
function provisionalBook(
  { body, preview }: Extract<Edit, { op: "add" }>,
  isbn: string,
  at: string,
): LibraryBook {
  return {
    title: isbn,
    authors: [],
    categories: [],
    provider: "import",
    sources: [],
    status: "want_to_read",
    ...preview,
    ...body,
    tags: [],
    readings: [],
    isbn,
    addedAt: at,
    updatedAt: at,
    confirmed: false,
  };
}

function changed<Book extends Editable>(book: Book, change: EntryChange): Book {
  const fields = Object.entries(change.set ?? {}).filter(([, value]) => value !== undefined);
  const kept = Object.entries({ ...book, ...Object.fromEntries(fields) }).filter(
    ([, value]) => value !== null && value !== undefined,
  );
  return {
    ...(Object.fromEntries(kept) as unknown as Book),
    authors: change.set?.authors ?? (change.set?.authors === null ? [] : book.authors),
    categories: change.set?.categories ?? (change.set?.categories === null ? [] : book.categories),
    tags: changedTags(book.tags, change),
    readings: changedReadings(book.readings, change),
  };
}

function changedTags(tags: readonly string[], { addTags = [], removeTags = [] }: EntryChange) {
  return [...new Set([...tags.filter((tag) => !removeTags.includes(tag)), ...addTags])];
}

function changedReadings(
  readings: readonly NewReading[],
  { addReadings = [], changeReadings = [], removeReadings = [] }: EntryChange,
): LibraryBook["readings"] {
  const dates = new Map(changeReadings.map(({ id, ...dates }) => [id, dates]));
  const left = [...readings, ...addReadings].filter(({ id }) => !removeReadings.includes(id ?? ""));
  return left.map((reading) => {
    const change = { ...reading, ...dates.get(reading.id ?? "") };
    const set = Object.entries(change).filter(([, value]) => value !== null && value !== undefined);
    return Object.fromEntries(set) as unknown as LibraryBook["readings"][number];
  });
}

/** Progress in a book that is not being read starts it, as in the service. */
function withProgress<Book extends Editable>(
  book: Book,
  { body }: Extract<Edit, { op: "progress" }>,
  madeAt: string,
): Book {
  const { note: _note, at = madeAt, ...position } = body;
  const starts = book.status === undefined || ["want_to_read", "paused"].includes(book.status);
  const latest = (book as { progress?: { at: string } }).progress;
  const isLatest = latest === undefined || latest.at <= at;
  return {
    ...book,
    ...(starts ? { status: "reading" } : {}),
    ...(isLatest ? { progress: { ...position, at } } : {}),
  };
}

/** Progress with the edits applied, newest first. */
export function progressWithEdits(
  stored: readonly ProgressRecord[],
  edits: readonly QueuedEdit[],
): ProgressRecord[] {
  const shown = new Map(stored.map((progress) => [progress.id, progress]));
  for (const { edit, key, at } of edits) {
    if (edit.op === "progress")
      shown.set(key, { at, ...edit.body, id: key, isbn: edit.isbn } satisfies ProgressRecord);
    if (edit.op === "progress.delete") shown.delete(edit.id);
  }
  return [...shown.values()].sort((one, other) => (one.at < other.at ? 1 : -1));
}

/** Settings with the edits applied. A reset setting is shown once the service has answered. */
export function settingsWithEdits(
  stored: SettingsRecord,
  edits: readonly QueuedEdit[],
): SettingsRecord {
  const shown = new Map(Object.entries(stored));
  for (const { edit } of edits) {
    if (edit.op !== "setting") continue;
    if (edit.value === null) shown.delete(edit.name);
    else shown.set(edit.name, edit.value);
  }
  return Object.fromEntries(shown);
}

/** Goals with the edits applied, by year. */
export function goalsWithEdits(
  stored: readonly GoalRecord[],
  edits: readonly QueuedEdit[],
): GoalRecord[] {
  const shown = new Map(stored.map((goal) => [goal.year, goal]));
  for (const { edit } of edits) {
    if (edit.op !== "goal") continue;
    if (edit.body) shown.set(edit.year, { year: edit.year, ...edit.body });
    else shown.delete(edit.year);
  }
  return [...shown.values()].sort((one, other) => one.year - other.year);
}
