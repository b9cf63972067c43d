import { pauseMs, type RetryPolicy, type sleep } from "../backoff.ts";
import { AccessError, BooksTrackError } from "../errors.ts";
import { StoreError } from "./store.ts";
import type { SyncApi, SyncState } from "./types.ts";
import type { Wake } from "./wake.ts";

/** Delay between two polls while no stream is open, unless the service specifies one. */
const POLL_MS = 60_000;
/**
 * Delay between two reads while a stream is open, because refreshed book data may arrive without an
 * event.
 */
const QUIET_MS = 15 * 60_000;

export interface RunnerDeps {
  api: Pick<SyncApi, "listen">;
  /**
   * Sends and reads everything once.
   * @returns the latest number that was read, and the delay that the service requests
   */
  sync(signal: AbortSignal): Promise<{ seq: number; pollAfterMs?: number }>;
  /** Ends a wait: an edit was made, or the device is online again. */
  wake: Wake;
  isOnline(): boolean;
  onState(state: SyncState, error?: unknown): void;
  retries: Pick<RetryPolicy, "baseMs" | "capMs">;
  random: () => number;
  sleep: typeof sleep;
}

/** Keeps a device in sync until the signal aborts. One runner per account and device is enough. */
export async function run(deps: RunnerDeps, signal: AbortSignal): Promise<void> {
  const stream = { isOpen: false, readSeq: 0 };
  const listening = keepListening(deps, stream, signal);
  let failures = 0;
  while (!signal.aborted) {
    await deps.wake.wait(await step(), deps.sleep, signal);
  }
  await listening;

  /** @returns how long to wait for the next step */
  async function step(): Promise<Parameters<Wake["wait"]>[0]> {
    if (!deps.isOnline()) {
      deps.onState("offline");
      return { forUrgent: true };
    }
    try {
      deps.onState("syncing");
      const { seq, pollAfterMs = POLL_MS } = await deps.sync(signal);
      stream.readSeq = Math.max(stream.readSeq, seq);
      failures = 0;
      deps.onState("up-to-date");
      return { ms: stream.isOpen ? QUIET_MS : pollAfterMs };
    } catch (error) {
      if (signal.aborted) return {};
      const state = stateAfter(error);
      deps.onState(state, error);
      failures += 1;
      const ms = pauseMs(failures, deps.retries, deps.random, retryAfterOf(error));
      return { forUrgent: true, ...(state === "waiting" ? { ms } : {}) };
    }
  }
}

/** Without a valid token or a store, another attempt would fail in the same way. */
function stateAfter(error: unknown): "signed-out" | "failed" | "waiting" {
  if (error instanceof AccessError) return "signed-out";
  const isGone =
    error instanceof StoreError && ["STORAGE_CLOSED", "STORAGE_OUTDATED"].includes(error.code);
  return isGone ? "failed" : "waiting";
}

const retryAfterOf = (error: unknown): number =>
  error instanceof BooksTrackError ? (error.retryAfterMs ?? 0) : 0;

/** Keeps a stream open, and wakes the runner for numbers that it has not read. */
async function keepListening(
  { api, wake, isOnline, retries, random, sleep }: RunnerDeps,
  stream: { isOpen: boolean; readSeq: number },
  signal: AbortSignal,
): Promise<void> {
  for (let failures = 0; !signal.aborted;) {
    let delay = 0;
    try {
      if (isOnline()) {
        for await (const seq of api.listen({ signal })) {
          stream.isOpen = true;
          failures = 0;
          if (seq > stream.readSeq) wake.now();
        }
      }
    } catch (error) {
      delay = retryAfterOf(error);
    }
    // Without the stream, the runner must not continue the long wait.
    if (stream.isOpen) wake.now();
    stream.isOpen = false;
    failures += 1;
    if (signal.aborted) return;
    await sleep(pauseMs(failures, retries, random, delay), signal).catch(() => undefined);
  }
}
