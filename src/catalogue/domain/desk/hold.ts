import { defined } from "../../../platform/defined.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "../../../platform/time.ts";
/**
 * Persisted state: until when the provider is not called, and how many consecutive times it has
 * throttled us.
 */
export interface HoldRecord {
  readonly until: number;
  readonly strikes: number;
  /**
   * Set while the provider refuses this deployment: since when, how many consecutive times, and
   * with which status.
   */
  readonly denied?: DenialRecord;
}

/** A provider's refusal of this deployment. `since` is ms since the epoch. */
export interface DenialRecord {
  readonly since: number;
  readonly times: number;
  readonly status?: number;
}

/** A longer Retry-After than a day is treated as a mistake. */
const MAX_MS = DAY_MS;
/**
 * Pause after a refusal of this deployment: ten seconds, doubled each time up to an hour. The cause
 * is never fixed within seconds.
 */
const FIRST_DENIED_MS = 10 * SECOND_MS;
const CAP_DENIED_MS = HOUR_MS;
/** Pause without a Retry-After: a second, doubled each time up to a minute. */
const FIRST_MS = 1_000;
const CAP_MS = MINUTE_MS;

/**
 * The pause that a provider requested (`Retry-After`, 429). It applies to every call until its end. Unlike the
 * breaker's pause it comes from the provider itself, so it needs no probe and does not count as a failure.
 */
export class Hold {
  #until: number;
  #strikes: number;
  #denied: DenialRecord | undefined;

  constructor(record: HoldRecord | undefined) {
    this.#until = record?.until ?? 0;
    this.#strikes = record?.strikes ?? 0;
    this.#denied = record?.denied;
  }

  get until(): number {
    return this.#until;
  }

  /** The provider sent a Retry-After: no call for `retryAfterMs`. */
  obey(retryAfterMs: number, now: number): void {
    this.#until = Math.max(this.#until, now + Math.min(retryAfterMs, MAX_MS));
  }

  /** The provider throttled us without a Retry-After. */
  backOff(now: number, random: () => number): void {
    const pause = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(this.#strikes, 16));
    this.#strikes += 1;
    this.obey(Math.ceil(pause * (0.5 + 0.5 * random())), now);
  }

  /** The provider refused this deployment; it is asked again after a growing pause. */
  deny(status: number | undefined, now: number): void {
    const times = this.#denied?.times ?? 0;
    const since = this.#denied?.since ?? now;
    this.#denied = { since, times: times + 1, ...defined({ status }) };
    this.obey(Math.min(CAP_DENIED_MS, FIRST_DENIED_MS * 2 ** Math.min(times, 16)), now);
  }

  /** The refusal of this deployment; undefined once the provider has answered. */
  get denied(): DenialRecord | undefined {
    return this.#denied;
  }

  /** The provider answered: the next throttling counts as the first. */
  forgive(): void {
    this.#strikes = 0;
    this.#denied = undefined;
  }

  record(): HoldRecord {
    const denied = this.#denied;
    return { until: this.#until, strikes: this.#strikes, ...defined({ denied }) };
  }
}
