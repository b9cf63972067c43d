/** `open` refuses every call; `half_open` has one probe under way and refuses all other calls. */
export type BreakerState = "closed" | "open" | "half_open";

/** What a call reveals about the provider's health. `neutral` (our own fault, or a rate limit) reveals nothing. */
export type Health = "good" | "bad" | "neutral";

/**
 * Persisted state: how many consecutive times the breaker has opened (0: closed), and until when it
 * stays open.
 */
export interface BreakerRecord {
  readonly trips: number;
  readonly openUntil: number;
}

/**
 * Opens after this many consecutive failures: two seconds of a dead provider at 3 calls/s, but
 * never a single failed retry.
 */
const CONSECUTIVE = 5;
/** Also opens when half of the last 20 calls (at least 10, none older than 30 s) failed: a degraded provider. */
const SAMPLE = 20;
const SAMPLE_MIN = 10;
const SAMPLE_MS = 30_000;
/** First cool-down. It doubles with each failed probe up to the cap, which bounds how late a recovery is detected. */
const COOL_DOWN_MS = 2_000;
export const COOL_DOWN_MAX_MS = 15_000;
/** Retry hint while the probe is under way. Most probes are answered within this time. */
const PROBE_HINT_MS = 1_000;

/** Stops calls to a provider that is down, so that it can recover and no caller waits for it. */
export class Breaker {
  #state: BreakerState;
  #trips: number;
  #openUntil: number;
  #sample: { at: number; bad: boolean }[] = [];

  constructor(record: BreakerRecord | undefined, now: number) {
    this.#trips = record?.trips ?? 0;
    this.#openUntil = Math.min(record?.openUntil ?? 0, now + COOL_DOWN_MAX_MS);
    this.#state = this.#trips === 0 ? "closed" : "open";
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Time for which calls are refused, in ms; 0 if one may be made now. */
  refusesForMs(now: number): number {
    if (this.#state === "closed") return 0;
    if (this.#state === "half_open") return PROBE_HINT_MS;
    // In case the clock was set back.
    this.#openUntil = Math.min(this.#openUntil, now + COOL_DOWN_MAX_MS);
    return Math.max(0, this.#openUntil - now);
  }

  /** Called when a call starts. Returns true if the call is the probe that decides whether the breaker closes. */
  begin(): boolean {
    if (this.#state !== "open") return false;
    this.#state = "half_open";
    return true;
  }

  /**
   * Called when a call ends. While the breaker is not closed only the probe counts: the other calls began before it
   * opened.
   */
  end(call: { probe: boolean; health: Health }, now: number, random: () => number): void {
    if (call.probe) {
      if (call.health === "bad") this.#open(now, random);
      else this.#close();
    } else if (this.#state === "closed" && call.health !== "neutral") {
      const sample = [...this.#sample, { at: now, bad: call.health === "bad" }];
      this.#sample = sample.filter(({ at }) => at > now - SAMPLE_MS).slice(-SAMPLE);
      if (this.#isDown()) this.#open(now, random);
    }
  }

  record(): BreakerRecord {
    return { trips: this.#trips, openUntil: this.#openUntil };
  }

  #isDown(): boolean {
    const last = this.#sample.slice(-CONSECUTIVE);
    if (last.length === CONSECUTIVE && last.every(({ bad }) => bad)) return true;
    const failed = this.#sample.filter(({ bad }) => bad).length;
    return this.#sample.length >= SAMPLE_MIN && failed * 2 >= this.#sample.length;
  }

  #open(now: number, random: () => number): void {
    const coolDown = Math.min(COOL_DOWN_MAX_MS, COOL_DOWN_MS * 2 ** this.#trips);
    this.#state = "open";
    this.#trips += 1;
    this.#openUntil = now + Math.ceil(coolDown * (0.75 + 0.25 * random()));
    this.#sample = [];
  }

  #close(): void {
    this.#state = "closed";
    this.#trips = 0;
    this.#openUntil = 0;
  }
}
