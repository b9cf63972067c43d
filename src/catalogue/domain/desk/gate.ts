import type { ProviderFailed } from "../provider.ts";
import { Breaker, type BreakerRecord, type BreakerState } from "./breaker.ts";
import { CallWindow, type Slot } from "./call-window.ts";
import { DayQuota, type DayCount } from "./day-quota.ts";
import type { Spender } from "./day-shares.ts";
import { type DenialRecord, Hold, type HoldRecord } from "./hold.ts";
import { healthOf, isThrottled, type CallOutcome } from "./outcome.ts";
import { defined } from "../../../platform/defined.ts";

/** A provider's limits. `perSecond` is above 0; without `perDay` there is no daily limit. */
export interface DeskLimits {
  readonly perSecond: number;
  readonly perDay?: number | undefined;
}

/** The persisted state. Written before each call is sent, so it is never behind. */
export interface DeskRecord {
  readonly freeAts: readonly number[];
  readonly breaker: BreakerRecord;
  readonly hold: HoldRecord;
  readonly today?: DayCount;
  /** ISBNs that the provider is known to have. */
  readonly canaries?: readonly string[];
}

/** The right to make one call, returned with `end`. */
export interface Permit {
  readonly slot: Slot;
  readonly probe: boolean;
}

/** Decides whether, when and for which callers the provider may be asked: breaker, hold, daily quota and rate limit. */
export class Gate {
  readonly #window: CallWindow;
  readonly #quota: DayQuota;
  readonly #breaker: Breaker;
  readonly #hold: Hold;

  constructor(limits: DeskLimits, record: DeskRecord | undefined, now: number) {
    this.#window = new CallWindow(limits.perSecond, record?.freeAts ?? [], now);
    this.#quota = new DayQuota(limits.perDay, record?.today);
    this.#breaker = new Breaker(record?.breaker, now);
    this.#hold = new Hold(record?.hold);
  }

  get breaker(): BreakerState {
    return this.#breaker.state;
  }

  get intervalMs(): number {
    return this.#window.intervalMs;
  }

  /** Why a caller cannot be served in time, if that is already certain. Costs the provider nothing. */
  refusal(
    caller: { readonly spender: Spender; readonly deadline: number },
    now: number,
  ): ProviderFailed | undefined {
    const brokenForMs = this.#breaker.refusesForMs(now);
    if (brokenForMs > 0) {
      const retryAfterMs = Math.max(brokenForMs, this.#hold.until - now);
      return { kind: "failed", reason: "breaker_open", retryAfterMs };
    }
    if (this.#hold.until > now && this.#hold.until >= caller.deadline) {
      const reason = this.#hold.denied === undefined ? "rate_limited" : "access_denied";
      return { kind: "failed", reason, retryAfterMs: this.#hold.until - now };
    }
    if (!this.#quota.allows(caller.spender, now)) {
      const retryAfterMs = this.#quota.resetsInMs(now);
      return { kind: "failed", reason: "quota_exhausted", retryAfterMs };
    }
    return undefined;
  }

  /** When hold and rate limit allow the next call: `now`, or a later moment. */
  opensAt(now: number): number {
    return Math.max(this.#hold.until, this.#window.opensAt(now));
  }

  /** Called when a call is sent. Its caller has no `refusal`, and `opensAt` has passed. */
  begin(spender: Spender, now: number): Permit {
    this.#quota.spend(spender, now);
    return { slot: this.#window.take(now), probe: this.#breaker.begin() };
  }

  /**
   * Called when a call has ended, after at most `timeoutMs`. Images come from other servers: their
   * calls count towards the rate but neither hold the provider nor open the breaker.
   */
  end(
    permit: Permit,
    outcome: CallOutcome,
    clock: {
      readonly now: number;
      readonly timeoutMs: number;
      readonly random: () => number;
      readonly isImage?: boolean;
    },
  ): void {
    const { now, timeoutMs, random, isImage = false } = clock;
    const unanswered = outcome.kind === "failed" && outcome.failure.reason === "timeout";
    if (!unanswered) this.#window.answered(permit.slot, now);
    if (isImage && !permit.probe) return;
    if (outcome.kind === "answered") {
      this.#hold.forgive();
    } else if (outcome.failure.reason === "access_denied") {
      this.#hold.deny(outcome.failure.status, now);
    } else if (outcome.failure.retryAfterMs !== undefined) {
      this.#hold.obey(outcome.failure.retryAfterMs, now);
    } else if (isThrottled(outcome.failure)) {
      this.#hold.backOff(now, random);
    }
    const health = healthOf(outcome, timeoutMs, permit.probe);
    this.#breaker.end({ probe: permit.probe, health }, now, random);
  }

  /** The provider's refusal of this deployment, unless it has answered since. */
  get denied(): DenialRecord | undefined {
    return this.#hold.denied;
  }

  /** Today's count and limit; absent for a provider without a daily limit. */
  quota(now: number): (DayCount & { readonly perDay: number }) | undefined {
    return this.#quota.count(now);
  }

  record(now: number): DeskRecord {
    const count = this.#quota.count(now);
    return {
      freeAts: this.#window.freeAts(),
      breaker: this.#breaker.record(),
      hold: this.#hold.record(),
      ...defined({ today: count && withoutLimit(count) }),
    };
  }
}

function withoutLimit({ perDay: _limit, ...count }: DayCount & { perDay: number }): DayCount {
  return count;
}
