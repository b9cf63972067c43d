import { defined } from "../../platform/defined.ts";
import { CLOCK_SKEW_MS, isAhead, SECOND_MS } from "../../platform/time.ts";
import { LOCAL_CALLER } from "../../platform/identity.ts";
import type { CountedClass, Policy } from "./policy.ts";
import type { Grant, TakeRequest } from "./window.ts";

/**
 * The limiter's decision on one request. `remaining` more requests may follow within `resetSeconds` (whole, at least 1).
 * `open`: the limiter failed, and the request passes.
 */
export type Decision =
  | {
      readonly kind: "admitted" | "refused";
      readonly policy: Policy;
      readonly remaining: number;
      readonly resetSeconds: number;
    }
  | { readonly kind: "open" };

/** One isolate's limiter of one class. Callers are opaque keys. */
export interface ClassLimiter {
  readonly policy: Policy;
  /** Decides synchronously, without I/O; `undefined` when tokens must be fetched, which `take` does. */
  tryTake(caller: string): Decision | undefined;
  /** Decides, and fetches tokens if necessary. Never throws; `open` if the Durable Object is not back within 250 ms. */
  take(caller: string): Promise<Decision>;
}

/** A decision about a request that was counted. */
type Counted = Extract<Decision, { kind: "admitted" | "refused" }>;

/** A limiter that can be queried without counting a request. */
export interface PeekableLimiter extends ClassLimiter {
  /**
   * The rejection that this isolate's next request would get; undefined if it might be admitted.
   * Takes no token.
   */
  spent(caller: string): Counted | undefined;
  /** Undoes the count of an admitted request. */
  giveBack(caller: string): void;
}

/** An isolate's state of one caller in one class. */
export interface Bucket {
  /**
   * When the window was last read (ms since the epoch). If the clock is behind this, it was set
   * back and the window is void.
   */
  readAt: number;
  /** End of the window in ms since the epoch; 0 while none is known. */
  resetsAt: number;
  /** Tokens taken from the Durable Object and not yet used. */
  local: number;
  /** Tokens left in the Durable Object as of its last response. */
  remote: number;
  /** Requests admitted on credit, for which no token has been taken yet. */
  debt: number;
  /** Estimate of the requests that wait for a token. */
  waiting: number;
  /** The pending call to the Durable Object, of which there is at most one. */
  flight: Promise<void> | undefined;
  /** All requests pass until this instant (ms since the epoch) because the Durable Object failed. */
  openUntil: number;
}

export interface LimiterDeps {
  /** The isolate's bounded cache of callers. An evicted caller starts with a new bucket; the Durable Object keeps count. */
  buckets: {
    get(caller: string): Bucket | undefined;
    set(caller: string, bucket: Bucket): unknown;
  };
  /** Calls the caller's Durable Object. May throw or hang. */
  takeTokens(caller: string, request: TakeRequest): Promise<Grant>;
  withTimeout<Value>(
    budgetMs: number,
    work: Promise<Value>,
  ): Promise<{ ok: true; value: Value } | { ok: false; error: unknown }>;
  defer(work: Promise<unknown>): void;
  now(): number;
  /** Called once for each failed call to the Durable Object. */
  objectFailed(rateClass: CountedClass, error: unknown): void;
  /** Called for each request that passed because the limiter failed. */
  failedOpen(rateClass: CountedClass): void;
}

/** Maximum wait of a request for its caller's Durable Object. */
const BUDGET_MS = 250;
/** Pause before a failed Durable Object is called again. */
const OPEN_MS = SECOND_MS;

const OPEN: Decision = { kind: "open" };

/**
 * Enforces one class's limit within an isolate. Tokens come from the caller's Durable Object in blocks and are spent here.
 * There is at most one pending call per caller, and it requests as many tokens as there are requests waiting. On one
 * isolate exactly the limit therefore passes, however the requests interleave. On several isolates, each further isolate
 * may admit the requests that its policy has on credit, and tokens unused in one isolate are lost to the others.
 */
export const createLimiter = (policy: Policy, deps: LimiterDeps): PeekableLimiter =>
  new BucketLimiter(policy, deps);

class BucketLimiter implements PeekableLimiter {
  readonly policy: Policy;
  readonly #deps: LimiterDeps;

  constructor(policy: Policy, deps: LimiterDeps) {
    this.policy = policy;
    this.#deps = deps;
  }

  tryTake(caller: string): Decision | undefined {
    return this.#decide(caller, this.#bucketOf(caller), this.#deps.now());
  }

  async take(caller: string): Promise<Decision> {
    const { now, withTimeout } = this.#deps;
    const bucket = this.#bucketOf(caller);
    let decided = this.#decide(caller, bucket, now());
    if (decided === undefined) bucket.waiting += 1;
    while (decided === undefined) {
      const flight = bucket.flight ?? this.#fetchTokens(caller, bucket, now());
      // Each request has its own timeout, because the call's timer ends with the request that
      // started it.
      const outcome = await withTimeout(BUDGET_MS, flight);
      if (!outcome.ok && bucket.flight === flight) this.#fail(bucket, outcome.error);
      decided = this.#decide(caller, bucket, now());
    }
    return decided;
  }

  spent(caller: string): Counted | undefined {
    const bucket = this.#deps.buckets.get(caller);
    const now = this.#deps.now();
    if (bucket === undefined || bucket.flight || !isCurrent(bucket, now)) return undefined;
    return bucket.local + bucket.remote === 0 ? this.#decision("refused", bucket, now) : undefined;
  }

  giveBack(caller: string): void {
    const bucket = this.#deps.buckets.get(caller);
    if (bucket === undefined) return;
    if (bucket.flight) {
      // The answer of a pending call replaces the local tokens.
      bucket.debt -= 1;
    } else if (bucket.debt > 0) {
      bucket.debt -= 1;
      bucket.remote += 1;
      // Nothing is left to count, so the next request begins the window.
      if (bucket.debt === 0) bucket.resetsAt = 0;
    } else if (isCurrent(bucket, this.#deps.now())) {
      bucket.local += 1;
    }
  }

  #decide(caller: string, bucket: Bucket, now: number): Decision | undefined {
    const { credit, isLazy, rateClass } = this.policy;
    if (isAhead(bucket.openUntil, OPEN_MS, now)) {
      this.#deps.failedOpen(rateClass);
      return OPEN;
    }
    if (bucket.flight) return undefined;
    if (!isCurrent(bucket, now)) {
      if (credit === 0) return undefined;
      openWindow(bucket, this.policy, now);
      if (!isLazy) void this.#fetchTokens(caller, bucket, now);
      return this.#decision("admitted", bucket, now);
    }
    if (bucket.debt > 0 && bucket.debt < credit && bucket.remote > 0) {
      bucket.debt += 1;
      bucket.remote -= 1;
      return this.#decision("admitted", bucket, now);
    }
    if (bucket.local > 0) {
      bucket.local -= 1;
      return this.#decision("admitted", bucket, now);
    }
    return bucket.remote === 0 ? this.#decision("refused", bucket, now) : undefined;
  }

  #decision(kind: Counted["kind"], bucket: Bucket, now: number): Counted {
    return {
      kind,
      policy: this.policy,
      remaining: bucket.local + bucket.remote,
      resetSeconds: Math.max(1, Math.ceil((bucket.resetsAt - now) / 1000)),
    };
  }

  /**
   * Fetches tokens into the bucket. Resolves when they have arrived or the call has failed; never
   * rejects.
   */
  #fetchTokens(caller: string, bucket: Bucket, now: number): Promise<void> {
    const { rateClass, limit, block: maxBlock } = this.policy;
    const { defer, takeTokens, withTimeout } = this.#deps;
    const remote = isCurrent(bucket, now) ? bucket.remote : limit;
    const block = remote > maxBlock ? maxBlock : 1;
    const want = bucket.debt + Math.max(bucket.waiting, block);
    const isShared = caller === LOCAL_CALLER ? true : undefined;
    const request = { rateClass, want, limit, now, ...defined({ isShared }) };
    const call = withTimeout(BUDGET_MS, takeTokens(caller, request));
    const flight = call.then((answer) => {
      // A request whose wait timed out has already abandoned this call.
      if (bucket.flight !== flight) return;
      bucket.flight = undefined;
      if (answer.ok) credit(bucket, answer.value, now);
      else this.#fail(bucket, answer.error);
    });
    bucket.flight = flight;
    // The request that started the call may end while others wait for its result.
    defer(flight);
    return flight;
  }

  #fail(bucket: Bucket, error: unknown): void {
    const { failedOpen, now, objectFailed } = this.#deps;
    const { rateClass } = this.policy;
    objectFailed(rateClass, error);
    if (bucket.debt > 0) failedOpen(rateClass);
    Object.assign(bucket, newBucket(), { openUntil: now() + OPEN_MS });
  }

  #bucketOf(caller: string): Bucket {
    const { buckets } = this.#deps;
    let bucket = buckets.get(caller);
    if (bucket === undefined) {
      bucket = newBucket();
      buckets.set(caller, bucket);
    }
    return bucket;
  }
}

/** Admits the first request of a window on credit. */
function openWindow(bucket: Bucket, { limit, windowSeconds }: Policy, now: number): void {
  bucket.resetsAt = now + windowSeconds * 1000;
  bucket.readAt = now;
  bucket.local = 0;
  bucket.remote = limit - 1;
  bucket.debt = 1;
}

/**
 * Adds granted tokens to the bucket, minus those already spent on credit.
 * @param now when they were requested
 */
function credit(bucket: Bucket, { granted, remaining, resetsAt }: Grant, now: number): void {
  bucket.local = Math.max(0, granted - bucket.debt);
  bucket.remote = remaining;
  bucket.resetsAt = resetsAt;
  bucket.readAt = now;
  bucket.debt = 0;
  // Decremented here, not by the waiting requests: one whose client disconnected never resumes.
  bucket.waiting = remaining === 0 ? 0 : Math.max(0, bucket.waiting - bucket.local);
}

const isCurrent = ({ readAt, resetsAt }: Bucket, now: number): boolean =>
  readAt <= now + CLOCK_SKEW_MS && now < resetsAt;

function newBucket(): Bucket {
  return {
    readAt: 0,
    resetsAt: 0,
    local: 0,
    remote: 0,
    debt: 0,
    waiting: 0,
    flight: undefined,
    openUntil: 0,
  };
}
