/**
 * The shelf as pages see it: signals over the sync engine, which keeps everything on the device, and edits that count at once, with or
 * without a connection. Nothing is asked of the service to show a page of the shelf.
 */
import { computed, effect, signal, type ReadonlySignal } from "@preact/signals";
import type {
  Attention,
  Edit,
  GoalRecord,
  ListedBook,
  LocalChange,
  ProgressRecord,
  SettingsRecord,
  SyncEngine,
  SyncState,
  SyncStatus,
} from "../../../client/src/sync/index.ts";
import type { LibraryBook } from "../../../client/src/index.ts";
import type { Account, Session } from "./session.ts";

export type { Attention, Edit, ListedBook };

/** `empty`: no account yet. `loading`: nothing to show yet. `failed`: the device's store does not work, see `error`. */
export type Phase = "empty" | "loading" | "ready" | "failed";

export interface Shelf {
  readonly phase: ReadonlySignal<Phase>;
  readonly error: ReadonlySignal<unknown>;
  /** All books with the edits of this device, in no particular order. The array changes with every change. */
  readonly books: ReadonlySignal<readonly ListedBook[]>;
  /** How the device and the service agree; undefined without an account. `pending` edits wait to be sent. */
  readonly status: ReadonlySignal<SyncStatus | undefined>;
  /** Edits that were not applied and that only the user can decide. */
  readonly attention: ReadonlySignal<readonly Attention[]>;
  /** Grows with every change of anything. Read it in an effect that calls `book`, `progress`, `goals` or `settings`. */
  readonly revision: ReadonlySignal<number>;
  /** A book as lists show it. A component that calls it follows its changes. */
  listed(isbn: string): ListedBook | undefined;
  /** The same with its long texts. */
  book(isbn: string): Promise<LibraryBook | undefined>;
  progress(isbn: string): Promise<ProgressRecord[]>;
  goals(): Promise<GoalRecord[]>;
  settings(): Promise<SettingsRecord>;
  /**
   * Makes edits. When the promise resolves they are stored and shown; they are sent in the background. The first edit makes the
   * account, which needs a connection.
   * @throws StoreError, NotOnShelfError, or what prevented the account
   */
  edit(...edits: readonly Edit[]): Promise<void>;
  /** Carries out the user's decision about one of `attention`. */
  resolve(id: string, decision: "mine" | "theirs"): Promise<void>;
  /** Sends and reads now, for a button: the engine does it by itself too. */
  sync(): Promise<void>;
  /** Removes everything that this device keeps of the account. Edits that were not sent are lost. */
  clear(): Promise<void>;
}

/** What an engine is told to call. */
export interface EngineHooks {
  onChange: (change: LocalChange) => void;
  onState: (state: SyncState, error?: unknown) => void;
}

/** An engine over the account's store on this device. */
export interface OpenedEngine {
  engine: SyncEngine;
  clear(): Promise<void>;
  close(): void;
}

export interface ShelfDeps {
  session: Pick<Session, "account" | "ensureAccount" | "expire">;
  open(account: Account, hooks: EngineHooks): Promise<OpenedEngine>;
  online: ReadonlySignal<boolean>;
}

/** From so many changed books on, reading all of them is less work. */
const MANY_BOOKS = 100;
const NO_BOOKS: ReadonlyMap<string, ListedBook> = new Map();

export function createShelf({ session, open, online }: ShelfDeps): Shelf {
  const books = signal(NO_BOOKS);
  const loaded = signal(false);
  const error = signal<unknown>(undefined);
  const status = signal<SyncStatus | undefined>(undefined);
  const attention = signal<readonly Attention[]>([]);
  const revision = signal(0);
  let current: Opening | undefined;
  let reading: Promise<void> = Promise.resolve();

  const switchTo = (account: Account | undefined): void => {
    const before = current;
    if (before?.account.token === account?.token) return;
    // A new token of the same user keeps what is shown.
    if (before?.account.userId !== account?.userId) {
      books.value = NO_BOOKS;
      loaded.value = false;
      status.value = undefined;
      attention.value = [];
    }
    error.value = undefined;
    current = account === undefined ? undefined : opening(account, before);
  };

  const opening = (account: Account, before: Opening | undefined): Opening => {
    const next: Opening = { account, opened: start(account, before) };
    next.opened.catch((failure: unknown) => {
      if (current === next) error.value = failure;
    });
    return next;
  };

  const start = async (account: Account, before: Opening | undefined): Promise<OpenedEngine> => {
    if (before) await end(before);
    const isCurrent = (): boolean => current?.account.token === account.token;
    const opened = await open(account, {
      onChange: (change) => {
        if (isCurrent()) void reread(opened.engine, change.books);
      },
      onState: (state) => {
        if (state === "signed-out") session.expire(account);
        if (isCurrent()) void readStatus(opened.engine);
      },
    });
    await reread(opened.engine, undefined);
    opened.engine.setOnline(online.value);
    opened.engine.start();
    return opened;
  };

  /** One reading after the other: an older one must not end after a newer one. */
  const reread = (engine: SyncEngine, isbns: readonly string[] | undefined): Promise<void> => {
    reading = reading
      .then(() => readBooks(engine, isbns))
      .catch((failure: unknown) => {
        error.value = failure;
      });
    return reading;
  };

  const readBooks = async (
    engine: SyncEngine,
    isbns: readonly string[] | undefined,
  ): Promise<void> => {
    if (isbns === undefined || isbns.length > MANY_BOOKS) {
      books.value = new Map((await engine.books()).map((book) => [book.isbn, book]));
    } else {
      const read = await Promise.all(isbns.map((isbn) => engine.book(isbn)));
      const next = new Map(books.value);
      isbns.forEach((isbn, index) => {
        const book = read[index];
        if (book === undefined) next.delete(isbn);
        else next.set(isbn, book);
      });
      books.value = next;
    }
    await readStatus(engine);
    revision.value += 1;
    loaded.value = true;
  };

  const readStatus = async (engine: SyncEngine): Promise<void> => {
    const [now, waiting] = await Promise.all([engine.status(), engine.attention()]);
    status.value = now;
    attention.value = waiting;
  };

  const engineOf = async (): Promise<OpenedEngine> => {
    await session.ensureAccount();
    if (current === undefined) throw new Error("There is no engine for the account.");
    return current.opened;
  };
  /** Reads something of the account; without one there is nothing. */
  const read = async <Result>(
    ask: (engine: SyncEngine) => Promise<Result>,
    nothing: Result,
  ): Promise<Result> => (current === undefined ? nothing : ask((await current.opened).engine));

  effect(() => switchTo(session.account.value));
  effect(() => {
    const isOnline = online.value;
    void current?.opened.then(({ engine }) => engine.setOnline(isOnline)).catch(() => undefined);
  });

  return {
    phase: computed(() => {
      if (session.account.value === undefined) return "empty";
      if (error.value !== undefined) return "failed";
      const isEmptyYet = books.value.size === 0 && status.value?.isLoading === true;
      return loaded.value && !isEmptyYet ? "ready" : "loading";
    }),
    error,
    books: computed(() => [...books.value.values()]),
    status,
    attention,
    revision,
    listed: (isbn) => books.value.get(isbn),
    book: (isbn) => read((engine) => engine.book(isbn), undefined),
    progress: (isbn) => read((engine) => engine.progress(isbn), []),
    goals: () => read((engine) => engine.goals(), []),
    settings: () => read((engine) => engine.settings(), {}),
    async edit(...edits) {
      const { engine } = await engineOf();
      await engine.editAll(edits);
      await reading;
    },
    async resolve(id, decision) {
      await (await engineOf()).engine.resolve(id, decision);
    },
    async sync() {
      await read((engine) => engine.sync(), undefined);
    },
    async clear() {
      const opened = await current?.opened;
      if (!opened) return;
      await opened.engine.stop();
      await opened.clear();
      books.value = NO_BOOKS;
      status.value = undefined;
    },
  };
}

interface Opening {
  readonly account: Account;
  readonly opened: Promise<OpenedEngine>;
}

/** Ends an engine, if it could be opened at all. */
async function end({ opened }: Opening): Promise<void> {
  try {
    const { engine, close } = await opened;
    await engine.stop();
    close();
  } catch {
    // It had failed, and its failure was shown.
  }
}
