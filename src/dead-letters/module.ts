import type { IdempotencyModule } from "../idempotency/module.ts";
import type { Module, QueueConsumer } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import type { QueueName } from "../platform/queues.ts";
import { retryLetter } from "./domain/dead-letter.ts";
import { adminDeadLetterRoutes } from "./http.ts";
import { consumeDeadLetters } from "./queue.ts";
import { d1DeadLetters, deadLetterGauges } from "./storage.ts";

/** The module's interface for the Worker. */
export interface DeadLettersModule extends Module {
  /** Consumes the dead letter queue of one queue. */
  consumeDead(queue: QueueName): QueueConsumer;
}

/** Messages that failed all attempts: stored, listed, and retried by the operator. */
export function deadLettersModule(
  { env, log, now }: Platform,
  below: { idempotency: IdempotencyModule },
): DeadLettersModule {
  const letters = d1DeadLetters(env.DB, log);
  const send = async (queue: QueueName, body: unknown): Promise<void> => {
    const queues: Record<QueueName, Queue> = {
      refresh: env.REFRESH_QUEUE,
      imports: env.IMPORT_QUEUE,
    };
    await queues[queue].send(body);
  };
  return {
    consumeDead: (queue) => (batch) =>
      consumeDeadLetters(batch, { queue, keep: (dead) => letters.keep(dead), now, log }),
    adminRoutes: () =>
      adminDeadLetterRoutes({
        openLetters: (after, limit) => letters.open(after, limit),
        retryLetter: (id) => retryLetter(id, { letters, send, now }),
        once: below.idempotency.once,
      }),
    gauges: { dead_letters: () => deadLetterGauges(env.DB) },
  };
}
