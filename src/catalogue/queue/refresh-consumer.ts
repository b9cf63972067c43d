import type { Resolution } from "../domain/resolution.ts";
import type { Log } from "../../platform/log.ts";

/** A request to refresh one stored book. */
export interface RefreshMessage {
  isbn13: string;
}

/**
 * Enqueues refreshes after a response. If the queue rejects a message, only time is lost: the book stays stale, and its
 * next lookup enqueues it again.
 */
export function refreshRequests(
  queue: Pick<Queue<RefreshMessage>, "send">,
  log: Log,
): (isbn13: string) => Promise<void> {
  return async (isbn13) => {
    try {
      await queue.send({ isbn13 });
    } catch (error) {
      log.error("refresh_not_sent", { error });
    }
  };
}

/**
 * Refreshes stale books in the lane that yields to live scans. Each message is acknowledged or retried separately. An
 * unavailable provider is not a failed attempt: the row stays stale, and its next lookup enqueues it again.
 */
export async function consumeRefreshes(
  batch: MessageBatch<RefreshMessage>,
  deps: { refreshBook(isbn13: string): Promise<Resolution>; log: Log },
): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await deps.refreshBook(message.body.isbn13);
        message.ack();
      } catch (error) {
        deps.log.error("refresh_failed", { attempts: message.attempts, error });
        message.retry();
      }
    }),
  );
}
