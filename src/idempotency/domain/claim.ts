import type { Answer, KeptAnswer } from "./answer.ts";

/** A key as one request holds it. */
export interface Claim {
  /** Hash of caller, operation and key. */
  readonly id: string;
  readonly userId: string | undefined;
  /** Hash of the fields; of those in the body as well once they are settled. */
  readonly fingerprint: string;
  /** Unique to the request. */
  readonly owner: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/** An answer on its way to the batch that makes it true: see `Guard`. */
export interface GuardedAnswer {
  readonly claim: Claim;
  readonly answer: Answer;
}

/**
 * For operations that write: `keepWith` is called once, with the answer that the write will have; what it gives goes to
 * the store along with the write, which puts `answerStatements` into the same batch. So both happen or neither. If
 * another request has taken the key over, the whole batch fails. `undefined` when the request has no key.
 */
export interface Guard {
  keepWith(answer: Answer): GuardedAnswer | undefined;
  /** For a request with `readBodyFields`, before its answer: the fields that its body turned out to hold. */
  settle(bodyFields: unknown): Promise<void>;
}

/** What the store says to a claim. */
export type ClaimReading =
  /** `isTakeover`: from a request that has died. */
  | { kind: "claimed"; isTakeover: boolean }
  | { kind: "kept"; fingerprint: string; kept: KeptAnswer }
  | { kind: "running"; fingerprint: string }
  /** The caller's account was deleted meanwhile. */
  | { kind: "caller_gone" };
