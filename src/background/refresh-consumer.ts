import type { Resolution } from "../domain/catalogue/resolve.ts";
import type { Log } from "../observability/log.ts";

/** Asks for one stored book to be fetched again. */
export interface RefreshMessage {
  isbn13: string;
}

/** A queue takes a message back for at most a day. */
const MAX_DELAY_SECONDS = 86_400;

/**
 * Refreshes stale books in the lane that lets live scans go first. Each message is acknowledged or returned by
 * itself; one that keeps failing ends in the dead-letter queue, and the next reader of the stale book asks anew.
 */
export async function consumeRefreshes(
  batch: MessageBatch<RefreshMessage>,
  deps: { resolve(isbn13: string): Promise<Resolution>; log: Log },
): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        const resolution = await deps.resolve(message.body.isbn13);
        if (resolution.kind === "unavailable") {
          message.retry({ delaySeconds: Math.min(resolution.retryAfterSeconds, MAX_DELAY_SECONDS) });
        } else {
          message.ack();
        }
      } catch (error) {
        deps.log.error("refresh_failed", { attempts: message.attempts, error });
        message.retry();
      }
    }),
  );
}
