import type { Answer, KeptAnswer } from "./answer.ts";

/** One request's claim on a key. */
export interface Claim {
  /** Hash of caller, operation and key. */
  readonly id: string;
  readonly userId: string | undefined;
  /** Hash of the fields, including those of the body once they have been read. */
  readonly fingerprint: string;
  /** Unique to the request. */
  readonly owner: string;
  /** ms since the epoch. */
  readonly expiresAt: number;
}

/** An answer to be stored in the same batch as the write: see `Guard`. */
export interface GuardedAnswer {
  readonly claim: Claim;
  readonly answer: Answer;
}

/** Progress of a request, to be stored in the same batch as the writes that it covers. */
export interface GuardedProgress {
  readonly claim: Claim;
  readonly progress: string;
}

/**
 * For operations that write. Call `keepAnswer` once with the answer of the write, and pass its result to the store, which
 * adds `answerStatements` to the batch of the write. Both then happen or neither does: if another request has adopted the
 * key, the whole batch fails. `keepAnswer` returns `undefined` when the request has no key.
 */
export interface Guard {
  keepAnswer(answer: Answer): GuardedAnswer | undefined;
  /** For a request with `readBodyFields`: sets the fields read from its body. Must be called before the answer is stored. */
  addBodyFields(bodyFields: unknown): Promise<void>;
  /**
   * For an operation with many batches: what `keepProgress` last stored under this key, if an
   * earlier attempt did not finish.
   */
  progress: string | undefined;
  /**
   * Pass its result to the store, which adds `progressStatements` to a batch. `undefined` when the
   * request has no key.
   */
  keepProgress(progress: string): GuardedProgress | undefined;
}

/** The store's response to a claim. */
export type ClaimReading =
  /** `isTakeover`: the key was adopted from a request that had died. */
  | { kind: "claimed"; isTakeover: boolean; progress?: string }
  | { kind: "kept"; fingerprint: string; kept: KeptAnswer }
  | { kind: "running"; fingerprint: string }
  /** The caller's account has been deleted in the meantime. */
  | { kind: "caller_gone" };
