import { BooksTrackError } from "../errors.ts";
import { applyItems, feedState, finishLoad, putFeedState, type FeedState } from "./base.ts";
import { dropQueued, readOutbox } from "./outbox.ts";
import type { SyncStore } from "./store.ts";
import type { FeedPage, SyncApi } from "./types.ts";

/** Number of items per page. */
const PAGE_SIZE = 1000;

export interface PullDeps {
  api: Pick<SyncApi, "changes">;
  store: SyncStore;
  now: () => number;
  /** Notified after each page is stored. `books` is absent when everything must be read again. */
  onPage(books: readonly string[] | undefined): void;
}

/** The result of a pull, from its last page. */
export interface Pulled {
  seq: number;
  pollAfterMs?: number;
}

/**
 * Reads the feed to its end, storing each page with its token in one transaction. If the token has
 * expired, everything is loaded again; the existing data remains until the load is complete.
 */
export async function pull(deps: PullDeps, signal?: AbortSignal): Promise<Pulled> {
  const { store } = deps;
  // Their effect is included in the feed read from now on.
  const applied = await store.read(async (reads) =>
    (await readOutbox(reads)).filter(({ state }) => state === "applied"),
  );
  let resets = 0;
  for (;;) {
    const state = await store.read(feedState);
    const page = await nextPage(deps, state, signal);
    if (page === "reset") {
      resets += 1;
      if (resets > 2) throw new Error("The service rejected a token that it has just issued.");
      await store.write(async (writes) => beginLoad(writes, state));
      continue;
    }
    const isStored = await store.write(async (writes) => {
      const { token, generation } = await feedState(writes);
      // Another tab has read further meanwhile, so this page is older than the stored state.
      if (token !== state.token || generation !== state.generation) return false;
      await storePage(writes, page, { now: deps.now() });
      if (!page.more) for (const queued of applied) dropQueued(writes, queued);
      return true;
    });
    if (isStored) deps.onPage(changedBooks(state, page));
    if (isStored && !page.more)
      return {
        seq: page.seq,
        ...(page.pollAfterMs === undefined ? {} : { pollAfterMs: page.pollAfterMs }),
      };
  }
}

async function nextPage(
  { api }: PullDeps,
  { token }: FeedState,
  signal?: AbortSignal,
): Promise<FeedPage | "reset"> {
  try {
    return await api.changes({
      limit: PAGE_SIZE,
      ...(token === undefined ? {} : { since: token }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    if (token !== undefined && isLostToken(error)) return "reset";
    throw error;
  }
}

/**
 * 410 `SYNC_RESET` for a token that is too old, 400 for one that cannot be read, for example after
 * a backup was restored.
 */
const isLostToken = (error: unknown): boolean =>
  error instanceof BooksTrackError && (error.code === "SYNC_RESET" || error.status === 400);

type Writes = Parameters<Parameters<SyncStore["write"]>[0]>[0];

/** Starts a new load. The existing data stays visible until it is complete. */
async function beginLoad(writes: Writes, before: FeedState): Promise<void> {
  const { token, ...state } = await feedState(writes);
  if (state.generation !== before.generation || token !== before.token) return;
  writes.clear("loading");
  putFeedState(writes, { ...state, generation: state.generation + 1, loadedPages: 0 });
}

async function storePage(writes: Writes, page: FeedPage, { now }: { now: number }): Promise<void> {
  let state = await feedState(writes);
  if (state.generation === 0) {
    state = { ...state, generation: 1, loadedPages: 0 };
    putFeedState(writes, state);
  }
  await applyItems(writes, page.items);
  const isLoad = state.loadedPages !== undefined;
  const next: FeedState = { ...state, token: page.next, seq: page.seq };
  if (isLoad) next.loadedPages = (state.loadedPages ?? 0) + 1;
  if (!page.more) {
    next.lastSyncAt = now;
    if (isLoad) await finishLoad(writes);
    delete next.loadedPages;
  }
  putFeedState(writes, next);
}

function changedBooks(state: FeedState, { items }: FeedPage): readonly string[] | undefined {
  const isLoad = state.loadedPages !== undefined || state.generation === 0;
  if (isLoad) return undefined;
  return items.flatMap((item) => {
    if (item.kind === "book") return [item.id];
    return item.kind === "progress" && item.value ? [item.value.isbn] : [];
  });
}
