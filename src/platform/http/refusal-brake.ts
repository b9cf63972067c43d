import { spacing } from "../spacing.ts";
import { SECOND_MS } from "../time.ts";

/** Refusals of a second that are sent at once. Callers who keep to their limits get fewer. */
const PROMPT_REFUSALS = 20;
/** A held refusal keeps its connection and some 10 KB. */
const MAX_HELD = 1000;
/** A refusal is held for at least this long. */
export const HOLD_MS = SECOND_MS;
/** Held refusals leave one after another: sent together, they would be answered by as many requests at the same time. */
const SPACING = { apartMs: 5, maxWaitMs: 5 * SECOND_MS };

/**
 * Holds back refusals while there is a flood of them. A caller who sends the next request as soon as the last one is refused
 * would otherwise occupy the thread that serves all others.
 * @returns waits until a refusal may be sent
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
