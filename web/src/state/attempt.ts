/**
 * Requests that are retried automatically: after a lost connection, or when the service is busy or
 * restarting.
 */
import { signal, type ReadonlySignal } from "@preact/signals";
import { BooksTrackError, ConnectionError } from "../../../client/src/index.ts";
import { pauseMs, sleep } from "../../../client/src/backoff.ts";

export type AttemptState =
  | { readonly kind: "idle" | "working" }
  /** @property until when the next attempt begins, in ms since the epoch */
  | { readonly kind: "waiting"; readonly error: unknown; readonly until: number }
  | { readonly kind: "failed"; readonly error: unknown };

export interface Attempt {
  readonly state: ReadonlySignal<AttemptState>;
  /**
   * Sends until it succeeds, fails permanently, or is stopped. The request must be safe to repeat.
   * @returns undefined if it failed or was stopped; see `state`
   */
  run<Result>(send: (signal: AbortSignal) => Promise<Result>): Promise<Result | undefined>;
  /** Ends the countdown. */
  retryNow(): void;
  /** Gives up and clears the error. */
  stop(): void;
}

/** Longer pauses are shown as an error, so that the user can come back later. */
const PATIENCE_MS = 600_000;
/**
 * Consecutive failures of the service after which the user decides. A lost connection is retried
 * without limit.
 */
const MAX_FAILURES = 10;
const BACKOFF = { baseMs: 2000, capMs: 30_000 } as const;

/** The pause before the next attempt, in ms; undefined if another attempt would be useless. */
export function waitMsOf(
  error: unknown,
  failures: number,
  random: () => number,
): number | undefined {
  if (error instanceof ConnectionError) return 1000 + pauseMs(failures, BACKOFF, random);
  if (!(error instanceof BooksTrackError) || !error.retryable || failures >= MAX_FAILURES) {
    return undefined;
  }
  if ((error.retryAfterMs ?? 0) > PATIENCE_MS) return undefined;
  return error.retryAfterMs === undefined
    ? 1000 + pauseMs(failures, BACKOFF, random)
    : Math.max(1000, error.retryAfterMs);
}

export function createAttempt({
  now = Date.now,
  random = Math.random,
  pause = sleep,
}: {
  now?: () => number;
  random?: () => number;
  pause?: typeof sleep;
} = {}): Attempt {
  const state = signal<AttemptState>({ kind: "idle" });
  let stopping = new AbortController();
  let waiting: AbortController | undefined;

  /** @returns whether to continue, because the user has not stopped it meanwhile */
  const wait = async (ms: number, stopped: AbortSignal): Promise<boolean> => {
    waiting = new AbortController();
    try {
      await pause(ms, AbortSignal.any([waiting.signal, stopped]));
    } catch {
      // The user has skipped the wait.
    }
    return !stopped.aborted;
  };

  return {
    state,
    async run(send) {
      stopping.abort();
      stopping = new AbortController();
      const { signal: stopped } = stopping;
      for (let failures = 1; ; failures += 1) {
        state.value = { kind: "working" };
        try {
          const result = await send(stopped);
          if (stopped.aborted) return undefined;
          state.value = { kind: "idle" };
          return result;
        } catch (error) {
          if (stopped.aborted) return undefined;
          const ms = waitMsOf(error, failures, random);
          if (ms === undefined) {
            state.value = { kind: "failed", error };
            return undefined;
          }
          state.value = { kind: "waiting", error, until: now() + ms };
          if (!(await wait(ms, stopped))) return undefined;
        }
      }
    },
    retryNow: () => waiting?.abort(),
    stop() {
      stopping.abort();
      state.value = { kind: "idle" };
    },
  };
}
