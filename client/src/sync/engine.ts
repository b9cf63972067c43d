import { sleep } from "../backoff.ts";
import { BooksTrackError } from "../errors.ts";
import type { LibraryBook } from "../schema.ts";
import { adoptEdits } from "./adopt.ts";
import { withChunksReadOnce } from "./base.ts";
import { newKey } from "../new-key.ts";
import { enqueue } from "./outbox.ts";
import { pull, type Pulled } from "./pull.ts";
import { push } from "./push.ts";
import {
  shownBook,
  shownBooks,
  shownGoals,
  shownProgress,
  shownSettings,
  storedStatus,
  unconfirmed,
  waitingForUser,
} from "./queries.ts";
import { resolveAttention } from "./resolve.ts";
import { run } from "./runner.ts";
import type { Settled } from "./settle.ts";
import type { SyncStore } from "./store.ts";
import type { SyncEngine, SyncEngineOptions } from "./sync-engine.ts";
import type {
  Attention,
  Edit,
  GoalRecord,
  ListedBook,
  LocalChange,
  ProgressRecord,
  QueuedEdit,
  Resolution,
  SettingsRecord,
  SyncApi,
  SyncState,
  SyncStatus,
} from "./types.ts";
import { Wake } from "./wake.ts";

/** Delays after failures, in ms. */
const DEFAULT_SYNC_RETRIES = { baseMs: 1000, capMs: 5 * 60_000 };

/** How long edits wait for the next day's quota if the service gives no time. */
const DEFAULT_HOLD_MS = 60 * 60_000;

export function createSyncEngine(options: SyncEngineOptions): SyncEngine {
  return new Engine(options);
}

class Engine implements SyncEngine {
  readonly #options: SyncEngineOptions;
  readonly #api: SyncApi;
  readonly #store: SyncStore;
  readonly #now: () => number;
  readonly #newKey: () => string;
  readonly #wake = new Wake();
  #turn: Promise<unknown> = Promise.resolve();
  #state: SyncState = "stopped";
  #error: unknown;
  #isOnline = true;
  #hasRead = false;
  /** Until when the service accepts no edits, in ms. */
  #heldUntil = 0;
  #running: { abort: AbortController; ended: Promise<void> } | undefined;

  constructor(options: SyncEngineOptions) {
    this.#options = options;
    this.#api = options.api;
    this.#store = options.store;
    this.#now = options.now ?? Date.now;
    this.#newKey = options.newKey ?? newKey;
  }

  async edit(edit: Edit): Promise<string | undefined> {
    return (await this.#enqueueAll([edit]))[0];
  }

  async editAll(edits: readonly Edit[]): Promise<void> {
    await this.#enqueueAll(edits);
  }

  async #enqueueAll(edits: readonly Edit[]): Promise<(string | undefined)[]> {
    const at = new Date(this.#now()).toISOString();
    const queued = await this.#store.write(async (transaction) => {
      const writes = withChunksReadOnce(transaction);
      const results: { key: string | undefined; target: string }[] = [];
      for (const edit of edits) {
        const key = this.#newKey();
        results.push(await enqueue(writes, { edit, key, at, newKey: this.#newKey }));
      }
      return results;
    });
    this.#changed({ cause: "edit", books: queued.map(({ target }) => target) });
    this.#wake.now();
    return queued.map(({ key }) => key);
  }

  async adopt(from: SyncStore): Promise<void> {
    const books = await adoptEdits(from, this.#store, this.#newKey);
    if (books.length === 0) return;
    this.#changed({ cause: "edit", books });
    this.#wake.now();
  }

  books(): Promise<ListedBook[]> {
    return this.#store.read(shownBooks);
  }

  book(isbn: string): Promise<LibraryBook | undefined> {
    return this.#store.read((reads) => shownBook(reads, isbn));
  }

  progress(isbn: string): Promise<ProgressRecord[]> {
    return this.#store.read((reads) => shownProgress(reads, isbn));
  }

  goals(): Promise<GoalRecord[]> {
    return this.#store.read(shownGoals);
  }

  settings(): Promise<SettingsRecord> {
    return this.#store.read(shownSettings);
  }

  pending(): Promise<QueuedEdit[]> {
    return this.#store.read(unconfirmed);
  }

  attention(): Promise<Attention[]> {
    return this.#store.read(waitingForUser);
  }

  async resolve(id: string, decision: Exclude<Resolution, "later">): Promise<void> {
    const target = await this.#store.write((writes) =>
      resolveAttention(writes, id, decision, { newKey: this.#newKey, now: this.#now() }),
    );
    if (target === undefined) return;
    this.#changed({ cause: "resolve", books: [target] });
    this.#wake.now();
  }

  async status(): Promise<SyncStatus> {
    const stored = await this.#store.read(storedStatus);
    const isHeld = this.#heldUntil > this.#now();
    return {
      ...stored,
      state: this.#state,
      ...(isHeld ? { heldUntil: this.#heldUntil } : {}),
      ...(this.#error ? { error: this.#error } : {}),
    };
  }

  push(signal?: AbortSignal): Promise<void> {
    return this.#inTurn(async () => void (await this.#push(signal)));
  }

  pull(signal?: AbortSignal): Promise<void> {
    return this.#inTurn(async () => void (await this.#pull(signal)));
  }

  sync(signal?: AbortSignal): Promise<void> {
    return this.#inTurn(async () => void (await this.#sync(signal)));
  }

  start(): void {
    if (this.#running) return;
    const abort = new AbortController();
    const { lock = (work) => work(), channel } = this.#options;
    const onMessage = ({ data }: { data: unknown }): void => this.#heard(data);
    channel?.addEventListener("message", onMessage);
    if (this.#options.lock) this.#setState("other-tab");
    const ended = lock(() => this.#run(abort.signal), abort.signal)
      .catch((error: unknown) => {
        if (!abort.signal.aborted) this.#setState("failed", error);
      })
      .finally(() => channel?.removeEventListener("message", onMessage));
    this.#running = { abort, ended };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    running.abort.abort();
    await running.ended;
    this.#running = undefined;
    this.#setState("stopped");
  }

  setOnline(isOnline: boolean): void {
    this.#isOnline = isOnline;
    this.#wake.now({ isUrgent: true });
  }

  #run(signal: AbortSignal): Promise<void> {
    const { retries, random, sleep: pause } = this.#options;
    return run(
      {
        api: this.#api,
        sync: (signal) => this.#inTurn(() => this.#sync(signal)),
        wake: this.#wake,
        isOnline: () => this.#isOnline,
        onState: (state, error) => this.#setState(state, error),
        retries: retries ?? DEFAULT_SYNC_RETRIES,
        random: random ?? Math.random,
        sleep: pause ?? sleep,
      },
      signal,
    );
  }

  /** The first pull shows whether the device is too far behind, and the service's time. */
  async #sync(signal?: AbortSignal): Promise<Pulled> {
    let pulled = this.#hasRead ? undefined : await this.#pull(signal);
    for (;;) {
      const sent = await this.#pushUnlessHeld(signal);
      if (pulled && sent === 0) return pulled;
      // The push may have sent something that later edits are waiting for, such as an added book.
      pulled = await this.#pull(signal);
    }
  }

  /**
   * While the daily quota of edits is used up, edits wait in the outbox, and the device still
   * pulls.
   */
  async #pushUnlessHeld(signal?: AbortSignal): Promise<number> {
    if (this.#heldUntil > this.#now()) return 0;
    try {
      return await this.#push(signal);
    } catch (error) {
      if (!(error instanceof BooksTrackError) || error.code !== "QUOTA_EXCEEDED") throw error;
      this.#heldUntil = this.#now() + (error.retryAfterMs ?? DEFAULT_HOLD_MS);
      return 0;
    }
  }

  async #pull(signal?: AbortSignal): Promise<Pulled> {
    const onPage = (books: readonly string[] | undefined): void =>
      this.#changed({ cause: "pull", ...(books ? { books } : {}) });
    const deps = { api: this.#api, store: this.#store, now: this.#now, onPage };
    const pulled = await pull(deps, signal);
    this.#hasRead = true;
    return pulled;
  }

  #push(signal?: AbortSignal): Promise<number> {
    const onSettled = async ({ books, attention }: Settled): Promise<void> => {
      this.#changed({ cause: "push", books: [...books] });
      for (const one of attention) {
        const decision = (await this.#options.onConflict?.(one)) ?? "later";
        if (decision !== "later") await this.resolve(one.id, decision);
      }
    };
    const deps = { api: this.#api, store: this.#store, now: this.#now, newKey: this.#newKey };
    return push({ ...deps, onSettled }, signal);
  }

  /** One push or pull at a time, so that no older answer is stored over a newer one. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #changed(change: LocalChange): void {
    this.#options.onChange?.(change);
    this.#options.channel?.postMessage({ bookstrackSync: change });
  }

  #heard(data: unknown): void {
    const { bookstrackSync: change } = (data ?? {}) as { bookstrackSync?: LocalChange };
    if (!change) return;
    this.#options.onChange?.({ ...change, cause: "other-tab" });
    if (change.cause === "edit" || change.cause === "resolve") this.#wake.now();
  }

  #setState(state: SyncState, error?: unknown): void {
    this.#state = state;
    this.#error = error;
    this.#options.onState?.(state, error);
  }
}
