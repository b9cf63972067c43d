/**
 * Staggers the start of work that arrives at the same time, so that the thread can serve other
 * requests in between. Work that arrives alone starts immediately.
 * @param spacing `apartMs` between two starts; after `maxWaitMs` work starts regardless
 * @returns a function that resolves when the work may start, no earlier than in `heldMs`
 */
export function spacing(
  { now, sleep }: { now(): number; sleep(ms: number): Promise<void> },
  { apartMs, maxWaitMs }: { apartMs: number; maxWaitMs: number },
): (heldMs?: number) => Promise<void> {
  let last = 0;
  return async (heldMs = 0) => {
    const at = now();
    last = Math.max(at + heldMs, Math.min(last + apartMs, at + maxWaitMs));
    if (last > at) await sleep(last - at);
  };
}
