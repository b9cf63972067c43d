import type { Resolution } from "../domain/resolution.ts";
import type { Log } from "../../platform/log.ts";

/** Asks for one stored book to be fetched again. */
export interface RefreshMessage {
  isbn13: string;
}

/**
 * Asks for refreshes behind an answer. A queue that does not take the message costs nothing but time: the book stays
 * stale, and its next reader asks anew.
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
 * Refreshes stale books in the lane that lets live scans go first. Each message is acknowledged or returned by
 * itself. A provider that cannot answer now is no failed attempt: the row stays stale, and its next reader asks anew.
 */
export async function consumeRefreshes(
  batch: MessageBatch<RefreshMessage>,
  deps: { resolve(isbn13: string): Promise<Resolution>; log: Log },
): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        await deps.resolve(message.body.isbn13);
        message.ack();
      } catch (error) {
        deps.log.error("refresh_failed", { attempts: message.attempts, error });
        message.retry();
      }
    }),
  );
}
