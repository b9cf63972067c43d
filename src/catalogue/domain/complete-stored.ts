import type { Book } from "../../../contract/catalogue.ts";
import { type BookRecord, freshUntil, OPEN_FRESH_MS, type StoreReading } from "./book-record.ts";
import { filledFields, isBlank } from "./merge/book-fields.ts";
import { mergeStored } from "./merge/merge.ts";
import { answeredIn } from "./merge/superseded.ts";
import { type AskRecord, completeFromRecords, editionOf, lacksWanted, WANTED } from "./records.ts";
import type { ResolveDeps, SaveOutcome } from "./resolve.ts";

/** The provider that has separate records. */
const OWNER = "openlibrary";
/** Maximum number of attempts when other writers change the row concurrently. */
const SAVE_ATTEMPTS = 4;

export interface CompleteDeps {
  books: {
    find(isbn13: string): Promise<StoreReading>;
    save(record: BookRecord, version: number | undefined): Promise<SaveOutcome>;
  };
  cache: Pick<ResolveDeps["cache"], "open">;
  /** Asks for one record in the import lane. */
  ask: AskRecord;
  random(): number;
}

/**
 * Fills the blanks of a stored book from the records of its edition and its work, and extends its
 * freshness to that of other books. `later`: a record is unavailable at the moment.
 */
export async function completeStored(
  isbn13: string,
  deps: CompleteDeps,
): Promise<"done" | "later"> {
  const row = await deps.books.find(isbn13);
  if (row.kind === "failed") return "later";
  if (row.kind === "miss") return "done";
  const { book } = row.stored;
  const answeredAt = answeredIn(book).get(OWNER);
  const unanswered = WANTED.filter((field) => isBlank(book, field));
  if (answeredAt === undefined || editionOf(book) === undefined) return "done";
  if (!lacksWanted(book)) {
    await save(isbn13, { isDone: true }, deps);
    return "done";
  }

  const answer = await completeFromRecords({ kind: "found", book, unanswered }, deps.ask);
  const left = (answer.unanswered ?? []).filter((field) => WANTED.includes(field));
  const filled = supplement(book, answer.book, new Date(answeredAt).toISOString());
  const isDone = left.length === 0;
  await save(isbn13, { filled, isDone }, deps);
  return isDone ? "done" : "later";
}

/**
 * The fields that the records add to the book, with the date of the answer they belong to;
 * undefined if they add nothing.
 */
function supplement(book: Book, complete: Partial<Book>, fetchedAt: string): Book | undefined {
  const added = filledFields({ ...book, ...complete }).filter((field) => isBlank(book, field));
  if (added.length === 0) return undefined;
  return {
    isbn: book.isbn,
    title: "",
    authors: [],
    categories: [],
    ...Object.fromEntries(added.map((field) => [field, complete[field]])),
    provider: OWNER,
    sources: [{ provider: OWNER, fetchedAt, fields: added }],
    updatedAt: book.updatedAt,
  };
}

/** Writes nothing if nothing changes. */
async function save(
  isbn13: string,
  { filled, isDone }: { filled?: Book | undefined; isDone: boolean },
  deps: CompleteDeps,
): Promise<void> {
  for (let attempt = 0; attempt < SAVE_ATTEMPTS; attempt += 1) {
    const row = await deps.books.find(isbn13);
    if (row.kind !== "hit") return;
    const { version, ...held } = row.stored;
    const { book, fetchedAt } = held;
    const isExtended = isDone && held.freshUntil <= fetchedAt + OPEN_FRESH_MS;
    if (filled === undefined && !isExtended) return;
    const record = {
      ...held,
      book: filled === undefined ? book : mergeStored(book, filled),
      freshUntil: isExtended ? freshUntil(fetchedAt, deps.random) : held.freshUntil,
    };
    const saved = await deps.books.save(record, version);
    if (saved === "saved") await (await deps.cache.open(isbn13)).write(record, true);
    if (saved !== "conflict") return;
  }
}
