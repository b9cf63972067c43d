import { DAY_MS, MINUTE_MS } from "../../../platform/time.ts";

/** What has to outlive the object: until when the provider is left alone, and how often in a row it said so. */
export interface HoldRecord {
  readonly until: number;
  readonly strikes: number;
}

/** Nobody who asks for more than a day means it. */
const MAX_MS = DAY_MS;
/** Without a Retry-After: a second, doubled each time up to a minute. */
const FIRST_MS = 1_000;
const CAP_MS = MINUTE_MS;

/**
 * The pause that a provider asked for (`Retry-After`, 429). It is obeyed by everybody, to the end; unlike the
 * breaker's it is the provider's own word, so it neither needs a probe nor counts as a failure.
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

  /** The provider said: not before `retryAfterMs` from now. */
  obey(retryAfterMs: number, now: number): void {
    this.#until = Math.max(this.#until, now + Math.min(retryAfterMs, MAX_MS));
  }

  /** The provider said: too much, and not when to come back. */
  backOff(now: number, random: () => number): void {
    const pause = Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(this.#strikes, 16));
    this.#strikes += 1;
    this.obey(Math.ceil(pause * (0.5 + 0.5 * random())), now);
  }

  /** The provider answered: the next refusal is a first one. */
  forgive(): void {
    this.#strikes = 0;
  }

  record(): HoldRecord {
    return { until: this.#until, strikes: this.#strikes };
  }
}
