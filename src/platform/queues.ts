/** The queues by what they carry; each has a dead letter queue of its own, named after it. */
export const QUEUES = ["refresh", "imports"] as const;
export type QueueName = (typeof QUEUES)[number];

const NAME = /^bookstrack-(?<queue>refresh|imports)(?<dead>-dead)?(?:-staging|-production)?$/;

/**
 * Reads the name of a queue as wrangler.jsonc spells it in whatever environment. `isDead`: it holds what the queue has
 * given up on.
 * @throws Error for any other name
 */
export function readQueueName(name: string): { queue: QueueName; isDead: boolean } {
  const groups = NAME.exec(name)?.groups;
  const queue = QUEUES.find((known) => known === groups?.["queue"]);
  if (queue === undefined) throw new Error(`There is no consumer of the queue ${name}.`);
  return { queue, isDead: groups?.["dead"] !== undefined };
}
