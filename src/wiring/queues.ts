import { consumeDeadLetters } from "../dead-letters/queue.ts";
import type { WakeMessage } from "../imports/queue/import-consumer.ts";
import { consumeRefreshes, type RefreshMessage } from "../catalogue/queue/refresh-consumer.ts";
import type { Resolution } from "../catalogue/domain/resolution.ts";
import { retryLetter } from "../dead-letters/domain/dead-letter.ts";
import { readQueueName, type QueueName } from "../dead-letters/domain/queues.ts";
import type { DeadLetterUseCases } from "../dead-letters/http.ts";
import { d1DeadLetters } from "../dead-letters/storage.ts";
import { importConsumer, type EnrichmentServices } from "./import-enrichment.ts";

/** What the queues carry; a dead letter is one of both. */
export type QueueMessage = RefreshMessage | WakeMessage;

/** What consumers share with the rest of the isolate. */
interface QueueServices extends Omit<EnrichmentServices, "resolve"> {
  /** Asks for a book in the lane of imports. `account`: on behalf of somebody who has one. */
  resolve(isbn13: string, account: boolean): Promise<Resolution>;
}

/** The consumer of all queues. @throws Error for a queue that has none, so that its messages come back */
export function queueConsumer(
  env: Env,
  services: QueueServices,
): (batch: MessageBatch<QueueMessage>) => Promise<void> {
  const { log, now } = services;
  const letters = d1DeadLetters(env.DB, log);
  const imports = importConsumer(env, {
    ...services,
    resolve: (isbn13) => services.resolve(isbn13, true),
  });
  return async (batch) => {
    const { queue, isDead } = readQueueName(batch.queue);
    if (isDead) {
      await consumeDeadLetters(batch, { queue, keep: (dead) => letters.keep(dead), now, log });
    } else if (queue === "imports") {
      await imports(batch as MessageBatch<WakeMessage>);
    } else {
      // Anybody sets off a refresh by reading: the half of a provider's day that is kept for accounts is not for it.
      await consumeRefreshes(batch as MessageBatch<RefreshMessage>, {
        resolve: (isbn13) => services.resolve(isbn13, false),
        log,
      });
    }
  };
}

/** Dead letters as the operator deals with them. */
export function deadLetterUseCases(
  env: Env,
  { log, now }: Pick<QueueServices, "log" | "now">,
): DeadLetterUseCases {
  const letters = d1DeadLetters(env.DB, log);
  const queues: Record<QueueName, Queue> = {
    refresh: env.REFRESH_QUEUE,
    imports: env.IMPORT_QUEUE,
  };
  const deps = {
    letters,
    send: async (queue: QueueName, body: unknown) => void (await queues[queue].send(body)),
    now,
  };
  return {
    openLetters: (after, limit) => letters.open(after, limit),
    retryLetter: (id) => retryLetter(id, deps),
  };
}
