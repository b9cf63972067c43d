import { MINUTE_MS } from "../platform/time.ts";
import type { ReadinessCheck } from "../../contract/operations.ts";

/** The age in ms of a waiting refresh at which the queue counts as not consumed. */
const MAX_QUEUE_AGE_MS = 15 * MINUTE_MS;

/** Checks that the refresh queue is consumed. */
export async function checkRefreshQueue(
  queue: Pick<Queue, "metrics">,
  now: number,
): Promise<ReadinessCheck> {
  const { backlogCount, oldestMessageTimestamp } = await queue.metrics();
  const age = oldestMessageTimestamp ? now - oldestMessageTimestamp.getTime() : 0;
  return {
    ok: age < MAX_QUEUE_AGE_MS,
    detail: `${backlogCount} waiting, oldest ${Math.round(age / 1000)} s`,
  };
}
