import type { sleep } from "./backoff.ts";
import { pauseMs, type RetryPolicy } from "./backoff.ts";
import { BooksTrackError, ConnectionError } from "./errors.ts";
import type { ImportSnapshot } from "./schema.ts";

/** How a piece of news came. */
export type Channel = "stream" | "polling";

/** The state of an import, and the way by which it was learnt. */
export interface Progress {
  via: Channel;
  snapshot: ImportSnapshot;
}

/** The plan's rule: after three streams in a row that brought nothing new, the client polls. */
export const STREAMS_BEFORE_POLLING = 3;

/** So many polls in a row may fail, with a pause of up to the cap after each, before the watching is given up. */
export const POLLS_BEFORE_GIVING_UP = 30;

const TERMINAL: ReadonlySet<string> = new Set([
  "completed",
  "failed",
  "cancelled",
  "previewed",
  "undone",
]);

/** Whether an import has ended, as far as it goes. */
export function hasEnded({ status }: Pick<ImportSnapshot, "status">): boolean {
  return TERMINAL.has(status);
}

/** Whether an event of this name holds the state of an import; others may be added. */
export function tellsState(event: string): boolean {
  return event === "snapshot" || event === "progress" || TERMINAL.has(event);
}

/** What following an import needs. */
export interface FollowDeps {
  /**
   * One stream from behind an event. It returns when the service closes it.
   * @throws ConnectionError, BooksTrackError
   */
  stream(lastEventId: number | undefined): AsyncIterable<ImportSnapshot>;
  /** The present state, or nothing when it is the one that was seen last; and how long to wait before asking again, in ms. */
  poll(): Promise<{ snapshot?: ImportSnapshot; waitMs: number }>;
  /** Whether the service has told of this job already, by taking its file: then it is waited for longer. */
  isAccepted?: boolean | undefined;
  retries: RetryPolicy;
  random(): number;
  sleep: typeof sleep;
  signal?: AbortSignal | undefined;
}

/**
 * Follows an import to its end: by the stream, which goes on where it broke off, and by polling once three streams in a row
 * have failed without news. Every state comes once, in order; the last one has ended.
 * @throws BooksTrackError when the service refuses, the last error when it stays away, and the signal's reason
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
    // A stream that the service has closed is reopened at once; it closes long ones now and then.
    failures += 1;
    if (failures < STREAMS_BEFORE_POLLING) {
      const pause = hasBroken || failures > 1;
      if (pause)
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
      // What has never been seen may never have been there.
      const isKnown = deps.isAccepted === true || seen.lastEventId !== undefined;
      const patience = isKnown ? POLLS_BEFORE_GIVING_UP : deps.retries.attempts;
      if (!isPassing(error) || failures >= patience) throw error;
      const retryAfterMs = askedPauseMs(error, deps.retries);
      waitMs = pauseMs(failures, deps.retries, deps.random, retryAfterMs);
    }
    await deps.sleep(waitMs, deps.signal);
  }
}

/** What was told already: numbers only go up. */
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

/** The pause that is asked for, within what is patient: something on the way may ask for an hour. */
function askedPauseMs(error: unknown, { patienceMs }: RetryPolicy): number | undefined {
  if (!(error instanceof BooksTrackError) || error.retryAfterMs === undefined) return undefined;
  return Math.min(error.retryAfterMs, patienceMs);
}

/** A job outlives any trouble on the way to it; only a refusal ends the watching. */
function isPassing(error: unknown): boolean {
  return error instanceof ConnectionError || (error instanceof BooksTrackError && error.retryable);
}
