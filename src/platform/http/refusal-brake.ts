import { spacing } from "../spacing.ts";
import { SECOND_MS } from "../time.ts";

/** Refusals per second that are sent immediately. Callers that respect their limits cause fewer. */
const PROMPT_REFUSALS = 20;
/** A held refusal occupies its connection and about 10 KB. */
const MAX_HELD = 1000;
/** A refusal is held for at least this long. */
export const HOLD_MS = SECOND_MS;
/**
 * Held refusals are sent one after another: sent together, they would trigger as many new requests
 * at once.
 */
const SPACING = { apartMs: 5, maxWaitMs: 5 * SECOND_MS };

/**
 * Delays refusals during a flood. Otherwise a caller that retries as soon as it is refused would
 * occupy the thread that serves everyone else.
 * @returns a function that resolves when a refusal may be sent
 */
export function refusalBrake({
  now,
  sleep,
}: {
  now(): number;
  sleep(ms: number): Promise<void>;
}): () => Promise<void> {
  const leave = spacing({ now, sleep }, SPACING);
  let since = 0;
  let refusals = 0;
  let held = 0;
  return async () => {
    const at = now();
    if (at < since || at >= since + SECOND_MS) [since, refusals] = [at, 0];
    refusals += 1;
    if (refusals <= PROMPT_REFUSALS || held >= MAX_HELD) return;
    held += 1;
    try {
      await leave(HOLD_MS);
    } finally {
      held -= 1;
    }
  };
}
