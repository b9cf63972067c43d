import { DomainError } from "../../platform/errors.ts";
import { keptRefusal, type Answer, type KeptAnswer } from "./answer.ts";
import type { Claim, ClaimReading, Guard } from "./claim.ts";
import { canonicalJson } from "./fingerprint.ts";
import { holdLease, LEASE_MS, type LeaseDeps } from "../../platform/lease.ts";
import { DAY_MS } from "../../platform/time.ts";

export type { Guard, GuardedAnswer, GuardedProgress } from "./claim.ts";

/** A request to execute once. */
export interface KeyedRequest {
  /** The owner of the key; two callers may use the same key. `userId` only for accounts. */
  caller: { readonly key: string; readonly userId?: string };
  /** The id of the operation that the key belongs to. */
  operation: string;
  /** `undefined`: the request is executed each time. */
  key: string | undefined;
  /** All inputs that determine the effect and are known before the request is executed. */
  fields: unknown;
  /**
   * For a body that is read during execution, such as a file: computes the fields that are passed to `Guard.addBodyFields`.
   * Called only for a repeat; reads the body to its end and does nothing else.
   */
  readBodyFields?: () => Promise<unknown>;
  /** Whether the answer is the same for everyone: a copy of it may then outlive the caller's account by a day. */
  isPublic: boolean;
}

/** The outcome of a request: executed now, or to be answered with the stored first answer. */
export type OnceOutcome<Result extends Answer> =
  | { kind: "done"; answer: Result }
  | { kind: "replayed"; kept: KeptAnswer };

/** Event of a request with a key. `lost` is reported in addition to another event if the owner was too slow and lost its lease. */
export type KeyEvent =
  | "carried_out"
  | "taken_over"
  | "replayed"
  | "in_progress"
  | "reused"
  | "lost";

export interface OnceDeps {
  keys: {
    /**
     * Atomic. Adopts a key if it or its lease has expired.
     * @throws DomainError DATABASE_UNAVAILABLE
     */
    claim(claim: Claim, times: { now: number; leaseUntil: number }): Promise<ClaimReading>;
    /** Stores an answer if the claim is still held. Returns whether it was stored. Never throws. */
    keep(claim: Claim, kept: KeptAnswer): Promise<boolean>;
    /** Extends the lease if the claim is still held. Returns false if it is not. Never throws. */
    renew(claim: Claim, leaseUntil: number): Promise<boolean>;
    /** Releases the key unless it has an answer. Never throws. */
    release(claim: Claim): Promise<void>;
  };
  /** Second store of public answers, used only for replays while D1 is unavailable. Never throws. */
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

/** Retention of a key and its answer. */
export const RETENTION_MS = DAY_MS;
/** A running request usually ends within a second or two. */
const RETRY_SECONDS = 1;

/**
 * Executes a request once, however often it is sent. Successes and failures with status 422 are stored. Any other failure
 * releases the key, so that the next attempt executes the request again, from its stored progress if it has any. Execution continues if the client disconnects.
 * If the worker dies, the next attempt adopts the key once the lease has expired.
 * @throws DomainError IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_IN_PROGRESS, DATABASE_UNAVAILABLE, or what `run` throws
 */
export async function once<Result extends Answer>(
  request: KeyedRequest,
  run: (guard: Guard) => Promise<Result>,
  deps: OnceDeps,
): Promise<OnceOutcome<Result>> {
  if (request.key === undefined) {
    const guard = {
      keepAnswer: () => undefined,
      addBodyFields: async () => undefined,
      progress: undefined,
      keepProgress: () => undefined,
    };
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
  const work = carryOut({ request, claim, progress: reading.progress }, run, deps);
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

/** The fingerprint of a request including its body. */
function wholeFingerprint(fields: unknown, bodyFields: unknown, deps: OnceDeps): Promise<string> {
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

/** A request and its claim. */
interface Keyed {
  request: KeyedRequest;
  claim: Claim;
  /** Progress that an earlier attempt stored. */
  progress?: string | undefined;
}

/** Returns the first answer. @throws DomainError when it is not known yet or belongs to a different request */
async function keptOf(
  reading: Exclude<ClaimReading, { kind: "claimed" }>,
  { request: { fields, readBodyFields }, claim }: Keyed,
  deps: OnceDeps,
): Promise<KeptAnswer> {
  if (reading.kind === "caller_gone") {
    throw new DomainError("UNAUTHORIZED", "The token is invalid, expired or revoked.");
  }
  // Always read the body: a client that is still sending may miss the response.
  const bodyFields = await readBodyFields?.();
  const fingerprint =
    reading.kind === "kept" && readBodyFields
      ? await wholeFingerprint(fields, bodyFields, deps)
      : claim.fingerprint;
  if (reading.fingerprint !== fingerprint) {
    deps.observe("reused");
    const detail =
      "This idempotency key was used for a different request. Use a new key for each request.";
    throw new DomainError("IDEMPOTENCY_KEY_REUSED", detail);
  }
  if (reading.kind === "running") {
    deps.observe("in_progress");
    const detail = "The first request with this key is still running. Retry to get its response.";
    throw new DomainError("IDEMPOTENCY_IN_PROGRESS", detail, { retryAfterSeconds: RETRY_SECONDS });
  }
  return reading.kept;
}

async function carryOut<Result extends Answer>(
  { request, claim, progress }: Keyed,
  run: (guard: Guard) => Promise<Result>,
  deps: OnceDeps,
): Promise<Result> {
  let isGuarded = false;
  // The claim with the final fingerprint, which is unknown until the body has been read.
  let whole = request.readBodyFields ? undefined : claim;
  const wholeClaim = (): Claim => {
    if (whole === undefined)
      throw new Error("addBodyFields must be called before the answer is stored");
    return whole;
  };
  const keep = async (kept: KeptAnswer): Promise<void> => {
    const held = wholeClaim();
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
      keepAnswer(given) {
        const guarded = { claim: wholeClaim(), answer: given };
        isGuarded = true;
        return guarded;
      },
      async addBodyFields(bodyFields) {
        const fingerprint = await wholeFingerprint(request.fields, bodyFields, deps);
        whole = { ...claim, fingerprint };
      },
      progress,
      keepProgress: (reached) => ({ claim, progress: reached }),
    });
    await keep({ kind: "success", answer });
    return answer;
  } catch (error) {
    // A batch that seemed to fail may have been committed. Its key then has an answer and is not released. A failure before
    // the whole body was read is not stored: it may not apply to another body with the same key.
    const refusal = isGuarded || whole === undefined ? undefined : keptRefusal(error);
    await (refusal ? keep(refusal) : deps.keys.release(claim));
    throw error;
  } finally {
    stopRenewing();
  }
}
