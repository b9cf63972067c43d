import type { QueueName } from "../../platform/queues.ts";

/** A message that its queue has given up on. Instants are ms since the epoch. */
export interface DeadLetter {
  /** The message's own. */
  id: string;
  queue: QueueName;
  /** The whole message. */
  body: unknown;
  /** How often it was tried. */
  attempts: number;
  failedAt: number;
}

/** A dead letter as it is kept; `retriedAt` once it was sent again. */
export interface KeptLetter extends DeadLetter {
  retriedAt?: number;
}

/** Where a list goes on: behind this letter. */
export type LetterPosition = Pick<DeadLetter, "failedAt" | "id">;

/** What sending a letter again needs of the world. Every port may throw DomainError DATABASE_UNAVAILABLE. */
export interface RetryDeps {
  letters: {
    find(id: string): Promise<KeptLetter | undefined>;
    markRetried(id: string, at: number): Promise<void>;
  };
  send(queue: QueueName, body: unknown): Promise<void>;
  now(): number;
}

/**
 * Sends a letter to its queue again. It is marked after it was sent, so that none is lost; who asks twice at the same
 * moment sends it twice, which the consumers are made for. One that was sent again before is left as it is.
 */
export async function retryLetter(id: string, deps: RetryDeps): Promise<KeptLetter | undefined> {
  const letter = await deps.letters.find(id);
  if (letter === undefined || letter.retriedAt !== undefined) return letter;
  await deps.send(letter.queue, letter.body);
  const retriedAt = deps.now();
  await deps.letters.markRetried(id, retriedAt);
  return { ...letter, retriedAt };
}
