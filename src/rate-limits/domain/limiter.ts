import type { Policy, RateClass } from "./policy.ts";
import type { Grant, TakeRequest } from "./window.ts";

/**
 * What the limiter says to one request. `remaining` requests may follow it within `resetSeconds` (whole, at least 1).
 * `open`: the limiter cannot say, and the request passes.
 */
export type Decision =
  | {
      readonly kind: "admitted" | "refused";
      readonly policy: Policy;
      readonly remaining: number;
      readonly resetSeconds: number;
    }
  | { readonly kind: "open" };

/** One class's limit, as one isolate keeps it. Callers are opaque keys. */
export interface ClassLimiter {
  readonly policy: Policy;
  /** Decides at once, without I/O; `undefined` when the object has to be asked: then `take` decides. */
  tryTake(caller: string): Decision | undefined;
  /** Decides, asking the object if need be. Never throws; `open` when the object does not answer within 250 ms. */
  take(caller: string): Promise<Decision>;
}

/** What an isolate remembers of one caller in one class. */
export interface Bucket {
  /** When the window ends, ms since the epoch; 0 before any is known. */
  resetsAt: number;
  /** Tokens taken from the object and not used yet. */
  hand: number;
  /** Tokens that the object still had when it was last asked. */
  beyond: number;
  /** Requests admitted on credit that no token was taken for yet. */
  debt: number;
  /** Requests that wait for a token, as far as is known. */
  waiting: number;
  /** The one question to the object that is out. */
  flight: Promise<void> | undefined;
  /** Until when requests pass unasked because the object failed, ms since the epoch. */
  openUntil: number;
}

export interface LimiterDeps {
  /** The isolate's bounded memory of callers; one that it forgets starts anew, and the object knows better. */
  buckets: {
    get(caller: string): Bucket | undefined;
    set(caller: string, bucket: Bucket): unknown;
  };
  /** Asks the caller's object. May throw or hang. */
  takeTokens(caller: string, request: TakeRequest): Promise<Grant>;
  withTimeout<Value>(
    budgetMs: number,
    work: Promise<Value>,
  ): Promise<{ ok: true; value: Value } | { ok: false; error: unknown }>;
  defer(work: Promise<unknown>): void;
  now(): number;
  /** Told once for each question that the object did not answer. */
  objectFailed(rateClass: RateClass, error: unknown): void;
  /** Told of each request that passed because the limiter could not say. */
  failedOpen(rateClass: RateClass): void;
}

/** A request waits this long for an answer of its caller's object. */
const BUDGET_MS = 250;
/** An object that failed is asked again after this long. */
const OPEN_MS = 1000;

const OPEN: Decision = { kind: "open" };

/**
 * Keeps one class's limit within an isolate: tokens come from the caller's object in blocks and are used up here. One
 * question a caller is out at a time and asks for as many tokens as requests wait, so that on one isolate exactly the
 * limit passes however the requests interleave. On many, a window may pass one request on credit for each further
 * isolate, and tokens that lie unused in one are missed by the others.
 */
export function createLimiter(policy: Policy, deps: LimiterDeps): ClassLimiter {
  const { rateClass, limit } = policy;

  const decision = (kind: "admitted" | "refused", bucket: Bucket, now: number): Decision => ({
    kind,
    policy,
    remaining: bucket.hand + bucket.beyond,
    resetSeconds: Math.max(1, Math.ceil((bucket.resetsAt - now) / 1000)),
  });

  const bucketOf = (caller: string): Bucket => {
    let bucket = deps.buckets.get(caller);
    if (bucket === undefined) {
      bucket = newBucket();
      deps.buckets.set(caller, bucket);
    }
    return bucket;
  };

  const fail = (bucket: Bucket, error: unknown): void => {
    deps.objectFailed(rateClass, error);
    if (bucket.debt > 0) deps.failedOpen(rateClass);
    Object.assign(bucket, newBucket(), { openUntil: deps.now() + OPEN_MS });
  };

  /** Asks the object; the answer is in the bucket when the promise resolves, and it never rejects. */
  const ask = (caller: string, bucket: Bucket, now: number): Promise<void> => {
    const beyond = now < bucket.resetsAt ? bucket.beyond : limit;
    const block = beyond > policy.block ? policy.block : 1;
    const want = bucket.debt + Math.max(bucket.waiting, block);
    const question = deps.withTimeout(
      BUDGET_MS,
      deps.takeTokens(caller, { rateClass, want, limit, now }),
    );
    const flight = question.then((answer) => {
      // A waiter whose patience ended has already written this question off.
      if (bucket.flight !== flight) return;
      bucket.flight = undefined;
      if (!answer.ok) return fail(bucket, answer.error);
      const { granted, remaining, resetsAt } = answer.value;
      bucket.hand = Math.max(0, granted - bucket.debt);
      bucket.beyond = remaining;
      bucket.resetsAt = resetsAt;
      bucket.debt = 0;
      // Counted down here and not by those who wait: one whose client left never runs again.
      bucket.waiting = remaining === 0 ? 0 : Math.max(0, bucket.waiting - bucket.hand);
    });
    bucket.flight = flight;
    // Whoever started the question may leave; others wait for its answer.
    deps.defer(flight);
    return flight;
  };

  const admitOnCredit = (caller: string, bucket: Bucket, now: number): Decision => {
    bucket.resetsAt = now + policy.windowSeconds * 1000;
    bucket.hand = 0;
    bucket.beyond = limit - 1;
    bucket.debt = 1;
    void ask(caller, bucket, now);
    return decision("admitted", bucket, now);
  };

  const decide = (caller: string, bucket: Bucket, now: number): Decision | undefined => {
    if (now < bucket.openUntil) {
      deps.failedOpen(rateClass);
      return OPEN;
    }
    if (bucket.flight) return undefined;
    if (now >= bucket.resetsAt) {
      return policy.credit ? admitOnCredit(caller, bucket, now) : undefined;
    }
    if (bucket.hand > 0) {
      bucket.hand -= 1;
      return decision("admitted", bucket, now);
    }
    return bucket.beyond === 0 ? decision("refused", bucket, now) : undefined;
  };

  return {
    policy,
    tryTake: (caller) => decide(caller, bucketOf(caller), deps.now()),

    async take(caller) {
      const bucket = bucketOf(caller);
      let decided = decide(caller, bucket, deps.now());
      if (decided === undefined) bucket.waiting += 1;
      while (decided === undefined) {
        const flight = bucket.flight ?? ask(caller, bucket, deps.now());
        // With a patience of its own: the question's ends with the request that asked it.
        const lastResult = await deps.withTimeout(BUDGET_MS, flight);
        if (!lastResult.ok && bucket.flight === flight) fail(bucket, lastResult.error);
        decided = decide(caller, bucket, deps.now());
      }
      return decided;
    },
  };
}

function newBucket(): Bucket {
  return { resetsAt: 0, hand: 0, beyond: 0, debt: 0, waiting: 0, flight: undefined, openUntil: 0 };
}
