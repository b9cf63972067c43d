import type { StepOutcome } from "../domain/enrich/step.ts";
import type { Log } from "../../platform/log.ts";
import { retryDelay } from "../../platform/retry-delay.ts";
import { DAY_MS, SECOND_MS } from "../../platform/time.ts";

/** Queue message: an import may have pending books. Everything else is read from D1. */
export interface WakeMessage {
  jobId: string;
}

const MAX_RETRY_SECONDS = 300;
/** Maximum delivery delay of the queue. */
const MAX_DELAY_SECONDS = DAY_MS / SECOND_MS;

/**
 * Returns a function that wakes the consumer of imports, immediately or after some ms. A message that cannot be sent only
 * causes a delay: the job's alarm wakes the consumer again.
 */
export function wakeSender(
  queue: Pick<Queue<WakeMessage>, "send">,
  log: Log,
): (jobId: string, afterMs?: number) => Promise<void> {
  return async (jobId, afterMs = 0) => {
    const delaySeconds = Math.min(MAX_DELAY_SECONDS, Math.ceil(afterMs / 1000));
    try {
      await queue.send({ jobId }, { delaySeconds });
    } catch (error) {
      log.error("import_nudge_not_sent", { jobId, error });
    }
  };
}

/**
 * Runs one step of each import and queues another message while there is more to do. Messages are acknowledged or retried
 * individually. Duplicate, late and out-of-order messages are harmless, because each step starts from the job's state in D1.
 */
export async function consumeWakes(
  batch: Pick<MessageBatch<WakeMessage>, "messages">,
  deps: {
    step(jobId: string): Promise<StepOutcome>;
    queueWake(jobId: string, afterMs: number): Promise<void>;
    log: Log;
  },
): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      const { jobId } = message.body;
      try {
        const outcome = await deps.step(jobId);
        if (outcome.kind === "again") await deps.queueWake(jobId, outcome.afterMs);
        message.ack();
      } catch (error) {
        deps.log.error("import_step_failed", { jobId, attempts: message.attempts, error });
        message.retry({ delaySeconds: retryDelay(message.attempts, MAX_RETRY_SECONDS) });
      }
    }),
  );
}
