import { DomainError } from "../failure.ts";
import { keptRefusal, type Answer, type KeptAnswer } from "./answer.ts";
import { canonicalJson } from "./fingerprint.ts";

/** A request that is to be carried out once. */
export interface KeyedRequest {
  /** Whose key it is: two callers may use the same one. `userId` only for accounts. */
  caller: { readonly key: string; readonly userId?: string };
  /** The operation that the key belongs to, by its id. */
  operation: string;
  /** `undefined`: it is carried out each time that it comes. */
  key: string | undefined;
  /** Everything that decides what is done: parsed fields, and the hash of a file. */
  fields: unknown;
  /** Whether the answer is for everybody: a copy may then lie where it outlives the caller's account by a day. */
  isPublic: boolean;
}

/** A key as one request holds it. */
export interface Claim {
  /** Hash of caller, operation and key. */
  readonly id: string;
  readonly userId: string | undefined;
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
}

/** What the store says to a claim. */
export type ClaimReading =
  | { kind: "claimed" }
  | { kind: "kept"; fingerprint: string; kept: KeptAnswer }
  | { kind: "running"; fingerprint: string }
  /** The caller's account was deleted meanwhile. */
  | { kind: "caller_gone" };

/** What became of a request: carried out now, or to be answered with what it said the first time. */
export type OnceOutcome<Result extends Answer> =
  | { kind: "done"; answer: Result }
  | { kind: "replayed"; kept: KeptAnswer };

export interface OnceDeps {
  keys: {
    /** Atomic. Takes over what has expired, and what has outlived its lease. @throws DomainError DATABASE_UNAVAILABLE */
    claim(claim: Claim, times: { now: number; leaseUntil: number }): Promise<ClaimReading>;
    /** Keeps an answer if the claim is still held, and says whether it did. Never throws. */
    keep(claim: Claim, kept: KeptAnswer): Promise<boolean>;
    /** Gives the key back, unless it has an answer. Never throws. */
    release(claim: Claim): Promise<void>;
  };
  /** A second place for answers that are public: serves replays while D1 is away, and nothing else. Never throws. */
  copies: {
    read(id: string): Promise<{ fingerprint: string; kept: KeptAnswer } | undefined>;
    write(claim: Claim, kept: KeptAnswer): Promise<void>;
  };
  sha256(text: string): Promise<string>;
  newId(): string;
  defer(work: Promise<unknown>): void;
  now(): number;
}

/** A key and its answer are kept for a day. */
export const KEPT_MS = 86_400_000;
/** No request takes this long; one that has is dead, and the next with its key takes over. */
export const LEASE_MS = 15_000;
/** A running request is done in a second or two. */
const RETRY_SECONDS = 1;

/**
 * Carries a request out once, however often it comes. Successes and refusals with status 422 are kept; whatever else
 * happens gives the key back, so that the next try is a real one. The work goes on when the caller hangs up.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, DATABASE_UNAVAILABLE, or what `run` throws
 */
export async function once<Result extends Answer>(
  request: KeyedRequest,
  run: (guard: Guard) => Promise<Result>,
  deps: OnceDeps,
): Promise<OnceOutcome<Result>> {
  if (request.key === undefined) {
    return { kind: "done", answer: await run({ keepWith: () => undefined }) };
  }
  const claim = await claimOf({ ...request, key: request.key }, deps);
  const reading = await readClaim(claim, request, deps);
  if (reading.kind !== "claimed") return { kind: "replayed", kept: keptOf(reading, claim) };
  const work = carryOut(claim, request, run, deps);
  deps.defer(work.catch(() => undefined));
  return { kind: "done", answer: await work };
}

async function claimOf(
  { caller, operation, key, fields }: KeyedRequest & { key: string },
  deps: OnceDeps,
): Promise<Claim> {
  return {
    id: await deps.sha256(JSON.stringify([caller.key, operation, key])),
    userId: caller.userId,
    fingerprint: await deps.sha256(canonicalJson(fields)),
    owner: deps.newId(),
    expiresAt: deps.now() + KEPT_MS,
  };
}

async function readClaim(
  claim: Claim,
  { isPublic }: KeyedRequest,
  deps: OnceDeps,
): Promise<ClaimReading> {
  const now = deps.now();
  try {
    return await deps.keys.claim(claim, { now, leaseUntil: now + LEASE_MS });
  } catch (error) {
    const copy = isPublic ? await deps.copies.read(claim.id) : undefined;
    if (copy === undefined) throw error;
    return { kind: "kept", ...copy };
  }
}

/** What the first request said. @throws DomainError when that is not known yet, or not meant for this request */
function keptOf(reading: Exclude<ClaimReading, { kind: "claimed" }>, claim: Claim): KeptAnswer {
  if (reading.kind === "caller_gone") {
    throw new DomainError("UNAUTHORIZED", "The token is not valid, or not any more.");
  }
  if (reading.fingerprint !== claim.fingerprint) {
    const detail = "This idempotency key was used for another request: give each request its own.";
    throw new DomainError("IDEMPOTENCY_KEY_REUSED", detail);
  }
  if (reading.kind === "running") {
    const detail = "The first request with this key is still running. Try again for its answer.";
    throw new DomainError("IDEMPOTENCY_IN_PROGRESS", detail, { retryAfterSeconds: RETRY_SECONDS });
  }
  return reading.kept;
}

async function carryOut<Result extends Answer>(
  claim: Claim,
  { isPublic }: KeyedRequest,
  run: (guard: Guard) => Promise<Result>,
  deps: OnceDeps,
): Promise<Result> {
  let isGuarded = false;
  const keep = async (kept: KeptAnswer): Promise<void> => {
    const isKept = isGuarded || (await deps.keys.keep(claim, kept));
    if (isKept && isPublic) deps.defer(deps.copies.write(claim, kept));
  };
  try {
    const answer = await run({
      keepWith(given) {
        isGuarded = true;
        return { claim, answer: given };
      },
    });
    await keep({ kind: "success", answer });
    return answer;
  } catch (error) {
    // A batch may have been committed although it seemed to fail: then the key has its answer, and is not given back.
    const refusal = isGuarded ? undefined : keptRefusal(error);
    await (refusal ? keep(refusal) : deps.keys.release(claim));
    throw error;
  }
}
