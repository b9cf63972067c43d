import type { StepOutcome } from "../domain/enrich/step.ts";
import type { Log } from "../../platform/log.ts";
import { retryDelay } from "../../platform/retry-delay.ts";
import { DAY_MS, SECOND_MS } from "../../platform/time.ts";

/** Says that an import may have books to be asked for. It carries nothing that D1 could not give again. */
export interface WakeMessage {
  jobId: string;
}

const MAX_RETRY_SECONDS = 300;
/** The queue delivers nothing later than this. */
const MAX_DELAY_SECONDS = DAY_MS / SECOND_MS;

/**
 * Nudges the consumer of imports, now or after some ms. A queue that does not take the message costs nothing but time:
 * the job's watchdog nudges again.
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
 * Takes each import one step further, and nudges itself while there is more to do. Each message is acknowledged or
 * returned by itself; one that comes twice, late or out of order finds the job in D1 as it is, and changes nothing.
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
