/**
 * Lets work that arrives at the same time begin one after another, so that the thread serves others in between. Work that
 * arrives alone begins at once.
 * @param spacing ms between two beginnings, and the longest wait, after which work begins beside other work
 * @returns waits until the work may begin. @param heldMs it begins no earlier than this
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
