import { DomainError } from "../errors.ts";
import type { LeaseDeps } from "../lease.ts";
import { MINUTE_MS, SECOND_MS } from "../time.ts";

/**
 * The wait for a body is measured in timer ticks, so that setting the clock neither ends nor
 * extends it.
 */
export const TICK_MS = 5 * SECOND_MS;
/** A sender may be silent for this long. */
const MAX_SILENCE_MS = 30 * SECOND_MS;
/** Maximum duration of a body; 25 MB over a slow mobile connection take less. */
const MAX_DURATION_MS = 15 * MINUTE_MS;
// The first tick may come at any moment after the wait began, so one more is needed.
const MAX_SILENT_TICKS = MAX_SILENCE_MS / TICK_MS + 1;
const MAX_TICKS = MAX_DURATION_MS / TICK_MS;

/**
 * Passes on a body as it arrives, and aborts when the sender is silent for 30 to 35 s or takes more
 * than 15 minutes. Time that the consumer takes does not count as silence.
 * @throws DomainError REQUEST_TIMEOUT, and whatever reading the body throws
 */
export async function* timely(
  body: ReadableStream<Uint8Array>,
  setTimer: LeaseDeps["setTimer"],
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let silentTicks = 0;
  let ticks = 0;
  let cancelTimer: (() => void) | undefined;
  let giveUp: ((error: DomainError) => void) | undefined;
  const setNext = (): void => {
    cancelTimer ??= setTimer(TICK_MS, tick);
  };
  function tick(): void {
    cancelTimer = undefined;
    if (giveUp === undefined) return;
    silentTicks += 1;
    ticks += 1;
    if (silentTicks >= MAX_SILENT_TICKS) giveUp(silent());
    else if (ticks >= MAX_TICKS) giveUp(slow());
    else setNext();
  }
  const read = async (): Promise<Awaited<ReturnType<typeof reader.read>>> => {
    silentTicks = 0;
    setNext();
    try {
      // One promise per piece: racing every read against one long-lived promise would keep all
      // pieces in memory.
      return await new Promise((resolve, reject) => {
        giveUp = reject;
        reader.read().then(resolve, reject);
      });
    } finally {
      giveUp = undefined;
    }
  };
  let isComplete = false;
  try {
    for (;;) {
      const { done, value } = await read();
      isComplete = done;
      if (done) return;
      yield value;
    }
  } finally {
    cancelTimer?.();
    if (!isComplete) void reader.cancel().catch(() => undefined);
  }
}

const silent = (): DomainError =>
  new DomainError(
    "REQUEST_TIMEOUT",
    `The request body stalled: nothing arrived for ${MAX_SILENCE_MS / SECOND_MS} seconds. Send it again.`,
  );

const slow = (): DomainError =>
  new DomainError(
    "REQUEST_TIMEOUT",
    `The request body did not arrive within ${MAX_DURATION_MS / MINUTE_MS} minutes. Send it again over a faster connection, or send a smaller one.`,
  );
