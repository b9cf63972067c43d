import type { Resolution } from "../domain/resolution.ts";
import type { Log } from "../../platform/log.ts";

/** A request to refresh one stored book, or to complete it from the provider's records (`records`). */
export interface RefreshMessage {
  isbn13: string;
  records?: true;
}

/**
 * By then most imports have looked up their books in batched calls, which requests for records
 * would delay.
 */
const RECORDS_DELAY_SECONDS = 20;
/** An unavailable record is requested again after this time, up to three times. */
const RECORDS_RETRY_SECONDS = 60;
const MAX_RECORDS_ATTEMPTS = 3;

/**
 * Enqueues refreshes after a response. If the queue rejects a message, only time is lost: the book stays stale, and its
 * next lookup enqueues it again.
 */
export function refreshRequests(
  queue: Pick<Queue<RefreshMessage>, "send">,
  log: Log,
): (isbn13: string) => Promise<void> {
  return requests({}, {}, queue, log);
}

/**
 * Like `refreshRequests`, for the records of a book. Delayed, so that the import that found the
 * book can proceed first.
 */
export function recordRequests(
  queue: Pick<Queue<RefreshMessage>, "send">,
  log: Log,
): (isbn13: string) => Promise<void> {
  return requests({ records: true }, { delaySeconds: RECORDS_DELAY_SECONDS }, queue, log);
}

function requests(
  what: Pick<RefreshMessage, "records">,
  options: QueueSendOptions,
  queue: Pick<Queue<RefreshMessage>, "send">,
  log: Log,
): (isbn13: string) => Promise<void> {
  return async (isbn13) => {
    try {
      await queue.send({ isbn13, ...what }, options);
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
  deps: {
    refreshBook(isbn13: string): Promise<Resolution>;
    completeBook(isbn13: string): Promise<"done" | "later">;
    log: Log;
  },
): Promise<void> {
  await Promise.all(
    batch.messages.map(async (message) => {
      try {
        const { isbn13, records } = message.body;
        if (records !== true) await deps.refreshBook(isbn13);
        else if (
          (await deps.completeBook(isbn13)) === "later" &&
          message.attempts < MAX_RECORDS_ATTEMPTS
        ) {
          message.retry({ delaySeconds: RECORDS_RETRY_SECONDS });
          return;
        }
        message.ack();
      } catch (error) {
        deps.log.error("refresh_failed", { attempts: message.attempts, error });
        message.retry();
      }
    }),
  );
}
