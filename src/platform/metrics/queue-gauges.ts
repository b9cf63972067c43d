import type { GaugeSample } from "./prometheus.ts";

/** A queue binding that reports its backlog. */
export type MeasuredQueue = Pick<Queue, "metrics">;

/** Size and age of a queue's backlog. @param now ms since the epoch */
export async function queueGauges(
  queue: MeasuredQueue,
  name: string,
  now: number,
): Promise<GaugeSample[]> {
  const { backlogCount, oldestMessageTimestamp } = await queue.metrics();
  const age = oldestMessageTimestamp ? (now - oldestMessageTimestamp.getTime()) / 1000 : 0;
  return [
    { name: "queue_messages", labels: { queue: name }, value: backlogCount },
    { name: "queue_oldest_message_seconds", labels: { queue: name }, value: Math.max(0, age) },
  ];
}
