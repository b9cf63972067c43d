import { DAY_MS, MINUTE_MS } from "../../../platform/time.ts";
/** Persisted state: until when the provider is not called, and how often in a row it has throttled us. */
export interface HoldRecord {
  readonly until: number;
  readonly strikes: number;
}

/** A longer Retry-After than a day is treated as a mistake. */
const MAX_MS = DAY_MS;
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

  constructor(record: HoldRecord | undefined) {
    this.#until = record?.until ?? 0;
    this.#strikes = record?.strikes ?? 0;
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

  /** The provider answered: the next throttling counts as the first. */
  forgive(): void {
    this.#strikes = 0;
  }

  record(): HoldRecord {
    return { until: this.#until, strikes: this.#strikes };
  }
}
