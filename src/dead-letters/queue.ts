import type { DeadLetter } from "./domain/dead-letter.ts";
import type { QueueName } from "../platform/queues.ts";
import type { Log } from "../platform/log.ts";
import { retryDelay } from "../platform/retry-delay.ts";

/**
 * The first attempt plus `max_retries` of wrangler.jsonc. The number is a constant because the dead letter queue counts a
 * message's attempts from the start.
 */
const ATTEMPTS = 6;
/** With this maximum, a hundred attempts last for the four days that a queue retains a message. */
const MAX_DELAY_SECONDS = 3600;

/** Stores messages that failed all attempts. If that fails, they are retried, so that none is dropped. */
export async function consumeDeadLetters(
  batch: Pick<MessageBatch, "messages">,
  deps: {
    queue: QueueName;
    keep(letters: readonly DeadLetter[]): Promise<void>;
    now(): number;
    log: Log;
  },
): Promise<void> {
  const { queue, log, now } = deps;
  const { messages } = batch;
  const count = messages.length;
  try {
    await deps.keep(
      messages.map(({ id, body }) => ({ id, queue, body, attempts: ATTEMPTS, failedAt: now() })),
    );
  } catch (error) {
    log.error("dead_letters_not_kept", { queue, count, error });
    for (const message of messages) {
      message.retry({ delaySeconds: retryDelay(message.attempts, MAX_DELAY_SECONDS) });
    }
    return;
  }
  log.error("dead_letters_kept", { queue, count });
  for (const message of messages) message.ack();
}
