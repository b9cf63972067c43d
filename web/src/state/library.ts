/**
 * The shelf for the pages: signals over the sync engine, which stores everything on the device, and edits that take effect
 * immediately, with or without a connection. Showing a page of the shelf needs no request.
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
  SyncStore,
} from "../../../client/src/sync/index.ts";
import type { LibraryBook } from "../../../client/src/index.ts";
import { createAccountMaker, type AccountMakerDeps } from "./account-maker.ts";
import { nextBooks } from "./next-books.ts";
import type { Account, Session } from "./session.ts";

export type { Attention, Edit, ListedBook };

/** `empty`: no account and no edit yet. `loading`: nothing to show yet. `failed`: the device's store failed; see `error`. */
export type Phase = "empty" | "loading" | "ready" | "failed";

export interface Shelf {
  readonly phase: ReadonlySignal<Phase>;
  readonly error: ReadonlySignal<unknown>;
  /** All books with the edits of this device, in no particular order. The array changes with every change. */
  readonly books: ReadonlySignal<readonly ListedBook[]>;
  /** The synchronisation status; undefined while the phase is `empty`. `pending` edits are waiting to be sent. */
  readonly status: ReadonlySignal<SyncStatus | undefined>;
  /** Edits that were not applied and need the user's decision. */
  readonly attention: ReadonlySignal<readonly Attention[]>;
  /** Increases with every change. Read it in an effect that calls `book`, `progress`, `goals` or `settings`. */
  readonly revision: ReadonlySignal<number>;
  /** A book as shown in lists. A component that calls this follows the book's changes. */
  listed(isbn: string): ListedBook | undefined;
  /** The same with its long texts. */
  book(isbn: string): Promise<LibraryBook | undefined>;
  progress(isbn: string): Promise<ProgressRecord[]>;
  goals(): Promise<GoalRecord[]>;
  settings(): Promise<SettingsRecord>;
  /** Why the account for this device's edits could not be created; undefined if only a connection is missing. */
  readonly accountFailure: ReadonlySignal<unknown>;
  /**
   * Makes edits. When the promise resolves they are stored and shown; they are sent in the background. The first edit creates
   * the account, also in the background; without a connection the edits wait on the device.
   * @throws StoreError or NotOnShelfError
   */
  edit(...edits: readonly Edit[]): Promise<void>;
  /** Carries out the user's decision about one of `attention`. */
  resolve(id: string, decision: "mine" | "theirs"): Promise<void>;
  /** Synchronises now, for a button; the engine also does it automatically. */
  sync(): Promise<void>;
  /** Removes all of the account's data from this device. Unsent edits are lost. */
  clear(): Promise<void>;
}

/** Callbacks of an engine. */
export interface EngineHooks {
  onChange: (change: LocalChange) => void;
  onState: (state: SyncState, error?: unknown) => void;
}

/** An engine over the account's store on this device. */
export interface OpenedEngine {
  engine: SyncEngine;
  store: SyncStore;
  close(): void;
}

export interface ShelfDeps {
  session: Pick<Session, "account" | "ensureAccount" | "expire">;
  /** Opens the store of an account or, for `NO_ACCOUNT`, the store for edits made before there is one. */
  open(account: Account, hooks: EngineHooks): Promise<OpenedEngine>;
  online: ReadonlySignal<boolean>;
  /** Whether there are edits without an account, stored beyond this page. */
  unowned: { read(): boolean; write(isKept: boolean): void };
  later?: AccountMakerDeps["later"];
}

/** Placeholder before there is an account. Its engine is never started. */
export const NO_ACCOUNT: Account = { userId: "none", token: "" };

const NO_BOOKS: ReadonlyMap<string, ListedBook> = new Map();

export function createShelf({ session, open, online, unowned, later }: ShelfDeps): Shelf {
  const books = signal(NO_BOOKS);
  const loaded = signal(false);
  /** Whether the books were read before the device had loaded everything. */
  const isPartial = signal(true);
  const error = signal<unknown>(undefined);
  const status = signal<SyncStatus | undefined>(undefined);
  const attention = signal<readonly Attention[]>([]);
  const revision = signal(0);
  const isUnowned = signal(unowned.read());
  const owner = computed(() => session.account.value ?? (isUnowned.value ? NO_ACCOUNT : undefined));
  const maker = createAccountMaker({
    session,
    online,
    wanted: isUnowned,
    ...(later ? { later } : {}),
  });
  let current: Opening | undefined;
  let reading: Promise<void> = Promise.resolve();

  const switchTo = (account: Account | undefined): void => {
    const before = current;
    if (before?.account.token === account?.token) return;
    // Keeps the displayed data for a new token of the same user, and for an account created from it.
    const isSame = before?.account.userId === account?.userId;
    if (!isSame && !(before?.account === NO_ACCOUNT && account !== undefined)) {
      books.value = NO_BOOKS;
      loaded.value = false;
      isPartial.value = true;
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
        if (isCurrent()) void reread(opened.engine, change.books, isCurrent);
      },
      onState: (state) => {
        if (state === "signed-out") session.expire(account);
        // Fails while the store is being closed; the next one is read anyway.
        if (isCurrent()) readStatus(opened.engine, isCurrent).catch(() => undefined);
      },
    });
    if (account !== NO_ACCOUNT && isUnowned.peek()) await adopt(opened.engine);
    await reread(opened.engine, undefined, isCurrent);
    if (account === NO_ACCOUNT) return opened;
    opened.engine.setOnline(online.peek());
    opened.engine.start();
    return opened;
  };

  /** Moves edits made before the account into it. */
  const adopt = async (engine: SyncEngine): Promise<void> => {
    const from = await open(NO_ACCOUNT, { onChange: () => undefined, onState: () => undefined });
    await engine.adopt(from.store);
    from.close();
    keepUnowned(false);
  };

  const keepUnowned = (isKept: boolean): void => {
    unowned.write(isKept);
    isUnowned.value = isKept;
  };

  /** Reads run one at a time, so that an older one cannot overwrite a newer one. Results of a stopped engine are ignored. */
  const reread = (
    engine: SyncEngine,
    isbns: readonly string[] | undefined,
    isCurrent: () => boolean,
  ): Promise<void> => {
    reading = reading
      .then(() => readBooks(engine, isbns, isCurrent))
      .catch((failure: unknown) => {
        if (isCurrent()) error.value = failure;
      });
    return reading;
  };

  const readBooks = async (
    engine: SyncEngine,
    isbns: readonly string[] | undefined,
    isCurrent: () => boolean,
  ): Promise<void> => {
    // The status is read first, so that the books are at least as recent.
    const [now, waiting, next] = await Promise.all([
      engine.status(),
      engine.attention(),
      nextBooks(books.peek(), engine, isbns),
    ]);
    if (!isCurrent()) return;
    books.value = next;
    isPartial.value = now.isLoading;
    status.value = now;
    attention.value = waiting;
    revision.value += 1;
    loaded.value = true;
  };

  const readStatus = async (engine: SyncEngine, isCurrent: () => boolean): Promise<void> => {
    const [now, waiting] = await Promise.all([engine.status(), engine.attention()]);
    if (!isCurrent()) return;
    status.value = now;
    attention.value = waiting;
    // A first sync without changes triggers no update.
    await reading;
    if (isPartial.peek() && !now.isLoading) await reread(engine, undefined, isCurrent);
  };

  /** Uses the engine, and repeats with the next one if an account replaces the store meanwhile. */
  const use = async <Result>(
    opening: Opening,
    ask: (engine: SyncEngine) => Promise<Result>,
  ): Promise<Result> => {
    try {
      const result = await ask((await opening.opened).engine);
      // The account may have adopted the edits just before this one.
      const next = current;
      if (opening.account === NO_ACCOUNT && next && next !== opening) {
        await adopt((await next.opened).engine);
      }
      return result;
    } catch (failure) {
      const next = current;
      if (next === undefined || next === opening) throw failure;
      return use(next, ask);
    }
  };
  /** Reads data of the account; without one there is none. */
  const read = async <Result>(
    ask: (engine: SyncEngine) => Promise<Result>,
    nothing: Result,
  ): Promise<Result> => (current === undefined ? nothing : use(current, ask));
  const write = async (ask: (engine: SyncEngine) => Promise<void>): Promise<void> => {
    if (owner.peek() === undefined) keepUnowned(true);
    if (current === undefined) throw new Error("There is no store for the edits.");
    await use(current, ask);
  };

  effect(() => switchTo(owner.value));
  effect(() => {
    const isOnline = online.value;
    void current?.opened.then(({ engine }) => engine.setOnline(isOnline)).catch(() => undefined);
  });

  return {
    phase: computed(() => {
      if (owner.value === undefined) return "empty";
      if (error.value !== undefined) return "failed";
      const isEmptyYet = owner.value !== NO_ACCOUNT && books.value.size === 0 && isPartial.value;
      return loaded.value && !isEmptyYet ? "ready" : "loading";
    }),
    error,
    books: computed(() => [...books.value.values()]),
    status,
    attention,
    revision,
    accountFailure: maker.failure,
    listed: (isbn) => books.value.get(isbn),
    book: (isbn) => read((engine) => engine.book(isbn), undefined),
    progress: (isbn) => read((engine) => engine.progress(isbn), []),
    goals: () => read((engine) => engine.goals(), []),
    settings: () => read((engine) => engine.settings(), {}),
    async edit(...edits) {
      await write((engine) => engine.editAll(edits));
      await reading;
    },
    resolve: (id, decision) => write((engine) => engine.resolve(id, decision)),
    async sync() {
      await read((engine) => engine.sync(), undefined);
    },
    async clear() {
      const opened = await current?.opened;
      if (!opened) return;
      await opened.engine.stop();
      await opened.store.clear();
      keepUnowned(false);
      books.value = NO_BOOKS;
      status.value = undefined;
    },
  };
}

interface Opening {
  readonly account: Account;
  readonly opened: Promise<OpenedEngine>;
}

/** Stops an engine. If it could not be opened, its failure has already been shown. */
const end = ({ opened }: Opening): Promise<void> =>
  opened.then(({ engine, close }) => engine.stop().then(close)).catch(() => undefined);
