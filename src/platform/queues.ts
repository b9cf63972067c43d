/** The queues by content. Each has its own dead letter queue, named after it. */
export const QUEUES = ["refresh", "imports"] as const;
export type QueueName = (typeof QUEUES)[number];

const NAME = /^bookstrack-(?<queue>refresh|imports)(?<dead>-dead)?(?:-staging|-production)?$/;

/**
 * Parses a queue's name as spelled in wrangler.jsonc for any environment. `isDead` marks a dead letter queue.
 * @throws Error for any other name
 */
export function readQueueName(name: string): { queue: QueueName; isDead: boolean } {
  const groups = NAME.exec(name)?.groups;
  const queue = QUEUES.find((known) => known === groups?.["queue"]);
  if (queue === undefined) throw new Error(`The queue ${name} has no consumer.`);
  return { queue, isDead: groups?.["dead"] !== undefined };
}
