import { DomainError } from "../../platform/errors.ts";
import { keptRefusal, type Answer, type KeptAnswer } from "./answer.ts";
import type { Claim, ClaimReading, Guard } from "./claim.ts";
import { canonicalJson } from "./fingerprint.ts";
import { holdLease, LEASE_MS, type LeaseDeps } from "../../platform/lease.ts";

export type { Guard, GuardedAnswer } from "./claim.ts";

/** A request that is to be carried out once. */
export interface KeyedRequest {
  /** Whose key it is: two callers may use the same one. `userId` only for accounts. */
  caller: { readonly key: string; readonly userId?: string };
  /** The operation that the key belongs to, by its id. */
  operation: string;
  /** `undefined`: it is carried out each time that it comes. */
  key: string | undefined;
  /** Everything that decides what is done, as far as it is known before the request is carried out. */
  fields: unknown;
  /**
   * For a body that is read while the request is carried out, such as a file: finds out the fields that `Guard.settle` is
   * given then. Called only for a repeat; reads the body to its end and does nothing else.
   */
  readBodyFields?: () => Promise<unknown>;
  /** Whether the answer is for everybody: a copy may then lie where it outlives the caller's account by a day. */
  isPublic: boolean;
}

/** What became of a request: carried out now, or to be answered with what it said the first time. */
export type OnceOutcome<Result extends Answer> =
  | { kind: "done"; answer: Result }
  | { kind: "replayed"; kept: KeptAnswer };

/** What happened under a key: it was carried out, or answered otherwise; `lost` comes on top, when the owner was too slow. */
export type KeyEvent =
  | "carried_out"
  | "taken_over"
  | "replayed"
  | "in_progress"
  | "reused"
  | "lost";

export interface OnceDeps {
  keys: {
    /** Atomic. Takes over what has expired, and what has outlived its lease. @throws DomainError DATABASE_UNAVAILABLE */
    claim(claim: Claim, times: { now: number; leaseUntil: number }): Promise<ClaimReading>;
    /** Keeps an answer if the claim is still held, and says whether it did. Never throws. */
    keep(claim: Claim, kept: KeptAnswer): Promise<boolean>;
    /** Prolongs the lease while the claim is held, and says whether it may be. Never throws. */
    renew(claim: Claim, leaseUntil: number): Promise<boolean>;
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
  setTimer: LeaseDeps["setTimer"];
  observe(event: KeyEvent): void;
  now(): number;
}

/** A key and its answer are kept for a day. */
export const RETENTION_MS = 86_400_000;
/** A running request is done in a second or two. */
const RETRY_SECONDS = 1;

/**
 * Carries a request out once, however often it comes. Successes and refusals with status 422 are kept; whatever else
 * happens gives the key back, so that the next try is a real one. The work goes on when the caller hangs up; whoever
 * dies at it is taken over from when its lease ends.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, DATABASE_UNAVAILABLE, or what `run` throws
 */
export async function once<Result extends Answer>(
  request: KeyedRequest,
  run: (guard: Guard) => Promise<Result>,
  deps: OnceDeps,
): Promise<OnceOutcome<Result>> {
  if (request.key === undefined) {
    const guard = { keepWith: () => undefined, settle: async () => undefined };
    return { kind: "done", answer: await run(guard) };
  }
  const claim = await claimOf({ ...request, key: request.key }, deps);
  const reading = await readClaim(claim, request, deps);
  if (reading.kind !== "claimed") {
    const kept = await keptOf(reading, { request, claim }, deps);
    deps.observe("replayed");
    return { kind: "replayed", kept };
  }
  deps.observe(reading.isTakeover ? "taken_over" : "carried_out");
  const work = carryOut({ request, claim }, run, deps);
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
    expiresAt: deps.now() + RETENTION_MS,
  };
}

/** The fingerprint of a request whose body has been read. */
function settledFingerprint(fields: unknown, bodyFields: unknown, deps: OnceDeps): Promise<string> {
  return deps.sha256(canonicalJson([fields, bodyFields]));
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

/** A request with its key. */
interface Keyed {
  request: KeyedRequest;
  claim: Claim;
}

/** What the first request said. @throws DomainError when that is not known yet, or not meant for this request */
async function keptOf(
  reading: Exclude<ClaimReading, { kind: "claimed" }>,
  { request: { fields, readBodyFields }, claim }: Keyed,
  deps: OnceDeps,
): Promise<KeptAnswer> {
  if (reading.kind === "caller_gone") {
    throw new DomainError("UNAUTHORIZED", "The token is not valid, or not any more.");
  }
  // Read in any case: who is still sending may not hear what is answered.
  const bodyFields = await readBodyFields?.();
  const fingerprint =
    reading.kind === "kept" && readBodyFields
      ? await settledFingerprint(fields, bodyFields, deps)
      : claim.fingerprint;
  if (reading.fingerprint !== fingerprint) {
    deps.observe("reused");
    const detail = "This idempotency key was used for another request: give each request its own.";
    throw new DomainError("IDEMPOTENCY_KEY_REUSED", detail);
  }
  if (reading.kind === "running") {
    deps.observe("in_progress");
    const detail = "The first request with this key is still running. Try again for its answer.";
    throw new DomainError("IDEMPOTENCY_IN_PROGRESS", detail, { retryAfterSeconds: RETRY_SECONDS });
  }
  return reading.kept;
}

async function carryOut<Result extends Answer>(
  { request, claim }: Keyed,
  run: (guard: Guard) => Promise<Result>,
  deps: OnceDeps,
): Promise<Result> {
  let isGuarded = false;
  // What a key is compared with afterwards: unknown for as long as the body is.
  let settled = request.readBodyFields ? undefined : claim;
  const whenSettled = (): Claim => {
    if (settled === undefined) throw new Error("a request must settle what its body holds first");
    return settled;
  };
  const keep = async (kept: KeptAnswer): Promise<void> => {
    const held = whenSettled();
    const isKept = isGuarded || (await deps.keys.keep(held, kept));
    if (isKept && request.isPublic) deps.defer(deps.copies.write(held, kept));
  };
  const stopRenewing = holdLease({
    renew: () => deps.keys.renew(claim, deps.now() + LEASE_MS),
    setTimer: deps.setTimer,
    lost: () => deps.observe("lost"),
  });
  try {
    const answer = await run({
      keepWith(given) {
        const guarded = { claim: whenSettled(), answer: given };
        isGuarded = true;
        return guarded;
      },
      async settle(bodyFields) {
        const fingerprint = await settledFingerprint(request.fields, bodyFields, deps);
        settled = { ...claim, fingerprint };
      },
    });
    await keep({ kind: "success", answer });
    return answer;
  } catch (error) {
    // A batch may have been committed although it seemed to fail: then the key has its answer, and is not given back.
    // A refusal of a body that was not read to its end says nothing of another with the same key.
    const refusal = isGuarded || settled === undefined ? undefined : keptRefusal(error);
    await (refusal ? keep(refusal) : deps.keys.release(claim));
    throw error;
  } finally {
    stopRenewing();
  }
}
