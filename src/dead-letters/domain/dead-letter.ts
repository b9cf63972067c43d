import type { QueueName } from "../../platform/queues.ts";

/** A message that failed all attempts of its queue. Instants are ms since the epoch. */
export interface DeadLetter {
  /** The message's own id. */
  id: string;
  queue: QueueName;
  /** The complete message. */
  body: unknown;
  /** Number of attempts. */
  attempts: number;
  failedAt: number;
}

/** A stored dead letter; `retriedAt` is set once it has been retried. */
export interface StoredLetter extends DeadLetter {
  retriedAt?: number;
}

/** The position of a page: after this letter. */
export type LetterPosition = Pick<DeadLetter, "failedAt" | "id">;

/** Ports of a retry. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface RetryDeps {
  letters: {
    find(id: string): Promise<StoredLetter | undefined>;
    markRetried(id: string, at: number): Promise<void>;
  };
  send(queue: QueueName, body: unknown): Promise<void>;
  now(): number;
}

/**
 * Sends a letter to its queue again. It is marked only after it was sent, so that none is lost; two
 * concurrent retries send it twice, which consumers tolerate. A letter that has already been
 * retried is left unchanged.
 */
export async function retryLetter(id: string, deps: RetryDeps): Promise<StoredLetter | undefined> {
  const letter = await deps.letters.find(id);
  if (letter === undefined || letter.retriedAt !== undefined) return letter;
  await deps.send(letter.queue, letter.body);
  const retriedAt = deps.now();
  await deps.letters.markRetried(id, retriedAt);
  return { ...letter, retriedAt };
}
