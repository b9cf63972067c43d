/**
 * The shelf as pages see it: signals and edits. Every edit shows at once and is undone if it cannot be kept. The pages depend on
 * this interface alone, so that what is behind it can change.
 */
import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type {
  AddBookRequest,
  ChangeBookRequest,
  Library,
  LibraryBook,
} from "../../../client/src/index.ts";

/** A book as lists show it. */
export type ListedBook = Omit<LibraryBook, "description" | "sources" | "extra">;

/** An edit of the user. */
export type Edit =
  | { readonly op: "add"; readonly isbn?: string; readonly body?: Omit<AddBookRequest, "isbn"> }
  | { readonly op: "change"; readonly isbn: string; readonly set: ChangeBookRequest }
  | { readonly op: "delete"; readonly isbn: string };

export type Phase = "empty" | "loading" | "ready" | "failed";

export interface Shelf {
  /** All books, in no particular order. */
  readonly books: ReadonlySignal<readonly ListedBook[]>;
  /** `empty`: there is no account yet. `failed`: nothing could be loaded, see `error`. */
  readonly phase: ReadonlySignal<Phase>;
  readonly error: ReadonlySignal<unknown>;
  /** Number of edits that the service does not have yet. */
  readonly waiting: ReadonlySignal<number>;
  byIsbn(isbn: string): ListedBook | undefined;
  /** Loads what is new. Does nothing without an account. */
  refresh(): Promise<void>;
  /** Carries out an edit. @returns the book as it is then; undefined after a delete. @throws what the service refused */
  edit(edit: Edit): Promise<ListedBook | undefined>;
}

/** What a shelf needs. */
export interface ShelfDeps {
  /** Whether there is an account to load. */
  hasAccount(): boolean;
  /** Runs a request with the library of the account, which an edit makes. */
  withLibrary<Result>(send: (library: Library) => Promise<Result>): Promise<Result>;
}

const MAX_PAGE = 200;

export function createShelf({ hasAccount, withLibrary }: ShelfDeps): Shelf {
  const byIsbn = signal<ReadonlyMap<string, ListedBook>>(new Map());
  const phase = signal<Phase>(hasAccount() ? "loading" : "empty");
  const error = signal<unknown>(undefined);
  const waiting = signal(0);
  let loading: Promise<void> | undefined;

  const set = (isbn: string, book: ListedBook | undefined): void => {
    const next = new Map(byIsbn.value);
    if (book === undefined) next.delete(isbn);
    else next.set(isbn, book);
    byIsbn.value = next;
  };

  const load = async (): Promise<void> => {
    try {
      const loaded = await withLibrary(async (library) => {
        const all: [string, ListedBook][] = [];
        for await (const book of library.books({ limit: MAX_PAGE })) all.push([book.isbn, book]);
        return new Map(all);
      });
      byIsbn.value = loaded;
      error.value = undefined;
      phase.value = "ready";
    } catch (failure) {
      error.value = failure;
      // What was loaded before still stands.
      if (phase.value !== "ready") phase.value = "failed";
    }
  };

  const send = (edit: Edit): Promise<ListedBook | undefined> =>
    withLibrary(async (library) => {
      if (edit.op === "add") {
        const { isbn, body } = edit;
        const added = await library.add({ ...body, ...(isbn === undefined ? {} : { isbn }) });
        return added.book;
      }
      if (edit.op === "change") return library.change(edit.isbn, edit.set);
      await library.remove(edit.isbn);
      return undefined;
    });

  return {
    books: computed(() => [...byIsbn.value.values()]),
    phase,
    error,
    waiting,
    byIsbn: (isbn) => byIsbn.value.get(isbn),
    async refresh() {
      if (!hasAccount()) return;
      if (phase.value !== "ready") phase.value = "loading";
      loading ??= load().finally(() => (loading = undefined));
      await loading;
    },
    async edit(edit) {
      waiting.value += 1;
      try {
        const book = await send(edit);
        if (edit.op === "delete") set(edit.isbn, undefined);
        else if (book) set(book.isbn, book);
        if (phase.value !== "ready" && book) phase.value = "ready";
        return book;
      } finally {
        waiting.value -= 1;
      }
    },
  };
}
