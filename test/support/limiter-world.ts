import {
  createLimiter,
  type Bucket,
  type ClassLimiter,
  type PeekableLimiter,
  type Decision,
} from "../../src/rate-limits/domain/limiter.ts";
import { policyOf, type RateClass } from "../../src/rate-limits/domain/policy.ts";
import {
  takeTokens,
  type Grant,
  type TakeRequest,
  type Windows,
} from "../../src/rate-limits/domain/window.ts";

export const START = Date.UTC(2026, 10, 22, 12);
export const MINUTE = 60_000;

type Answer = () => Promise<void>;
type Outcome = { ok: true; value: never } | { ok: false; error: unknown };

/**
 * Isolates, the Durable Object of their common caller, and a clock. `carry` may delay, lose or
 * reorder responses.
 */
export function world(
  rateClass: RateClass,
  limit: number,
  carry: (answer: Answer) => Promise<void> = (answer) => answer(),
) {
  let now = START;
  let windows: Windows = {};
  const requests: TakeRequest[] = [];
  const failures = { object: 0, open: 0 };
  const deferred: Promise<unknown>[] = [];
  const patiences: ((outcome: Outcome) => void)[] = [];
  let leavers = 0;

  const isolate = (): PeekableLimiter =>
    createLimiter(policyOf(rateClass, limit), {
      buckets: new Map<string, Bucket>(),
      async takeTokens(_caller, request) {
        let grant: Grant | undefined;
        await carry(async () => {
          requests.push(request);
          ({ windows, grant } = takeTokens(windows, request));
        });
        if (!grant) throw new Error("the response was lost");
        return grant;
      },
      withTimeout(_budgetMs, work) {
        if (leavers > 0) {
          leavers -= 1;
          return new Promise(() => undefined);
        }
        const patience = new Promise<Outcome>((resolve) => void patiences.push(resolve));
        const answer = work.then(
          (value) => ({ ok: true as const, value }),
          (error: unknown) => ({ ok: false as const, error }),
        );
        return Promise.race([patience, answer]);
      },
      defer: (work) => void deferred.push(work),
      now: () => now,
      objectFailed: () => void (failures.object += 1),
      failedOpen: () => void (failures.open += 1),
    });

  return {
    isolate,
    requests,
    failures,
    wait: (ms: number) => void (now += ms),
    /**
     * Times out the waits with these indexes, in the order of their start. A request's own wait
     * precedes those of its waiters.
     */
    runOut: (...nth: number[]) => {
      for (const index of nth) patiences[index]?.({ ok: false, error: new Error("too slow") });
    },
    /** Aborts the next `count` waiting requests: nothing after their wait runs. */
    leave: (count: number) => void (leavers = count),
    settle: async () => void (await Promise.all(deferred)),
  };
}

/** The limiter's decision for one request. */
export const request = async (limiter: ClassLimiter, caller = "a"): Promise<Decision> =>
  limiter.tryTake(caller) ?? limiter.take(caller);

export const admitted = (decisions: readonly Decision[]): number =>
  decisions.filter(({ kind }) => kind === "admitted").length;

export const remaining = (decision: Decision): number | undefined =>
  decision.kind === "open" ? undefined : decision.remaining;
