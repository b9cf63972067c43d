/** Edits of the shelf page with progress, failures, and ten seconds in which they can be undone. */
import { signal } from "@preact/signals";
import { inverseOf } from "../../state/edits.ts";
import type { Edit, ListedBook } from "../../state/library.ts";
import { shelf } from "../../state/shelf.ts";
import { addedAgain } from "./logic/edits.ts";

const UNDO_MS = 10_000;
/** Number of edits per transaction; the page stays responsive between two. */
const BATCH_SIZE = 500;

interface Undoable {
  /** Description of the edit: "Dune: Read". */
  readonly text: string;
  readonly undo: () => Promise<void>;
}

export const undoable = signal<Undoable | undefined>(undefined);
export const editFailure = signal<unknown>(undefined);
/** Progress of a running bulk edit, 0 to 1. */
export const editProgress = signal<number | undefined>(undefined);

let timer: ReturnType<typeof setTimeout> | undefined;

/** Makes edits of books on the shelf. Edits made before a failure can be undone too. */
export async function make(edits: readonly Edit[], text: string): Promise<void> {
  if (edits.length === 0) return;
  const before = booksOf(edits);
  const done: Edit[] = [];
  editFailure.value = undefined;
  try {
    await inBatches(edits, done);
  } catch (failure) {
    editFailure.value = failure;
  }
  if (done.length > 0) offer({ text, undo: () => takeBack(done, before) });
}

/** Ends the time for undo. */
export function forgetUndo(): void {
  clearTimeout(timer);
  undoable.value = undefined;
}

export async function undo(): Promise<void> {
  const last = undoable.value;
  forgetUndo();
  try {
    await last?.undo();
  } catch (failure) {
    editFailure.value = failure;
  }
}

function offer(next: Undoable): void {
  clearTimeout(timer);
  undoable.value = next;
  timer = setTimeout(() => (undoable.value = undefined), UNDO_MS);
}

function booksOf(edits: readonly Edit[]): ReadonlyMap<string, ListedBook> {
  const books = new Map<string, ListedBook>();
  for (const edit of edits) {
    const book = "isbn" in edit && edit.isbn !== undefined ? shelf.listed(edit.isbn) : undefined;
    if (book) books.set(book.isbn, book);
  }
  return books;
}

async function inBatches(edits: readonly Edit[], done: Edit[] = []): Promise<void> {
  const isLong = edits.length > BATCH_SIZE;
  try {
    for (let at = 0; at < edits.length; at += BATCH_SIZE) {
      if (isLong) editProgress.value = at / edits.length;
      const batch = edits.slice(at, at + BATCH_SIZE);
      await shelf.edit(...batch);
      done.push(...batch);
    }
  } finally {
    editProgress.value = undefined;
  }
}

async function takeBack(
  done: readonly Edit[],
  before: ReadonlyMap<string, ListedBook>,
): Promise<void> {
  const back = done.flatMap((edit): Edit[] => {
    const book = "isbn" in edit && edit.isbn !== undefined ? before.get(edit.isbn) : undefined;
    if (!book) return [];
    if (edit.op === "change") return [inverseOf(edit, book)];
    return edit.op === "delete" ? [{ op: "restore", isbn: book.isbn }] : [];
  });
  await inBatches(back);
  // A book that was never sent to the service cannot be restored.
  const lost = [...before.values()].filter(({ isbn }) => shelf.listed(isbn) === undefined);
  await inBatches(lost.flatMap(addedAgain));
}
