import type { sleep } from "./backoff.ts";
import { pauseMs, type RetryPolicy } from "./backoff.ts";
import { BooksTrackError, ConnectionError } from "./errors.ts";
import type { ImportSnapshot } from "./schema.ts";

/** How an update was received. */
export type Channel = "stream" | "polling";

/** The state of an import, and how it was received. */
export interface Progress {
  via: Channel;
  snapshot: ImportSnapshot;
}

/** After this many consecutive streams without a new state the client switches to polling. */
export const STREAMS_BEFORE_POLLING = 3;

/** After this many consecutive failed polls, with a delay of up to `capMs` after each, watching fails. */
export const POLLS_BEFORE_GIVING_UP = 30;

const TERMINAL: ReadonlySet<string> = new Set([
  "completed",
  "failed",
  "cancelled",
  "previewed",
  "undone",
]);

/** Whether an import is in a terminal status. */
export function hasEnded({ status }: Pick<ImportSnapshot, "status">): boolean {
  return TERMINAL.has(status);
}

/** Whether events of this name contain the state of an import. Other events may be added later. */
export function tellsState(event: string): boolean {
  return event === "snapshot" || event === "progress" || TERMINAL.has(event);
}

/** Dependencies of `followImport`. */
export interface FollowDeps {
  /**
   * Opens one stream that starts after an event. It returns when the service closes the stream.
   * @throws ConnectionError, BooksTrackError
   */
  stream(lastEventId: number | undefined): AsyncIterable<ImportSnapshot>;
  /** Returns the current state, unless it has not changed since the last poll, and the delay before the next poll, in ms. */
  poll(): Promise<{ snapshot?: ImportSnapshot; waitMs: number }>;
  /** Whether the job is known to exist because the service accepted its file. Failures are then tolerated for longer. */
  isAccepted?: boolean | undefined;
  retries: RetryPolicy;
  random(): number;
  sleep: typeof sleep;
  signal?: AbortSignal | undefined;
}

/**
 * Follows an import to its end. It reads the stream, resuming where a broken one stopped, and switches to polling after three
 * consecutive streams without a new state. Each state is yielded once, in order; the last one is terminal.
 * @throws BooksTrackError if the service rejects the request, the last error if the service stays unavailable, or the
 * signal's reason
 */
export async function* followImport(deps: FollowDeps): AsyncGenerator<Progress> {
  const seen = new Seen();
  for (let failures = 0; failures < STREAMS_BEFORE_POLLING;) {
    let hasBroken = false;
    let retryAfterMs: number | undefined;
    try {
      for await (const snapshot of deps.stream(seen.lastEventId)) {
        if (!seen.isNew(snapshot)) continue;
        failures = 0;
        yield { via: "stream", snapshot };
        if (hasEnded(snapshot)) return;
        deps.signal?.throwIfAborted();
      }
    } catch (error) {
      if (!isPassing(error)) throw error;
      retryAfterMs = askedPauseMs(error, deps.retries);
      hasBroken = true;
    }
    // The service closes long streams regularly. Such a stream is reopened immediately.
    failures += 1;
    if (failures < STREAMS_BEFORE_POLLING) {
      const needsDelay = hasBroken || failures > 1;
      if (needsDelay)
        await deps.sleep(pauseMs(failures, deps.retries, deps.random, retryAfterMs), deps.signal);
    }
  }
  yield* pollToTheEnd(deps, seen);
}

async function* pollToTheEnd(deps: FollowDeps, seen: Seen): AsyncGenerator<Progress> {
  for (let failures = 0; ;) {
    deps.signal?.throwIfAborted();
    let waitMs: number;
    try {
      const { snapshot, waitMs: asked } = await deps.poll();
      failures = 0;
      waitMs = asked;
      if (snapshot && seen.isNew(snapshot)) {
        yield { via: "polling", snapshot };
        if (hasEnded(snapshot)) return;
      }
    } catch (error) {
      failures += 1;
      // A job may not exist if its state was never received.
      const isKnown = deps.isAccepted === true || seen.lastEventId !== undefined;
      const patience = isKnown ? POLLS_BEFORE_GIVING_UP : deps.retries.attempts;
      if (!isPassing(error) || failures >= patience) throw error;
      const retryAfterMs = askedPauseMs(error, deps.retries);
      waitMs = pauseMs(failures, deps.retries, deps.random, retryAfterMs);
    }
    await deps.sleep(waitMs, deps.signal);
  }
}

/** The states that were already yielded. Sequence numbers only increase. */
class Seen {
  #seq: number | undefined;

  get lastEventId(): number | undefined {
    return this.#seq;
  }

  isNew({ seq }: ImportSnapshot): boolean {
    if (this.#seq !== undefined && seq <= this.#seq) return false;
    this.#seq = seq;
    return true;
  }
}

/** The requested delay, capped at `patienceMs`: a proxy may request an hour. */
function askedPauseMs(error: unknown, { patienceMs }: RetryPolicy): number | undefined {
  if (!(error instanceof BooksTrackError) || error.retryAfterMs === undefined) return undefined;
  return Math.min(error.retryAfterMs, patienceMs);
}

/**
 * Whether watching continues after an error. The job continues despite network trouble; only a
 * rejection ends watching.
 */
function isPassing(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof BooksTrackError && error.retryable);
}
