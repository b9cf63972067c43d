/**
 * How long one call takes up its place once it is known to have reached the provider: a second, and 5 % because the
 * provider's clock and ours do not tick alike and both are read in whole milliseconds.
 */
export const PLACE_MS = 1_050;

/**
 * A call that was sent may reach the provider this much later (DNS, TLS, an object that is busy with a flood: 1.3 s were
 * seen on two loaded cores), so its second begins only then; an answer that comes earlier proves that it had arrived,
 * and lets its second begin with the answer.
 */
export const ARRIVAL_MS = 2_000;

/** The place of one call in the window, free again from `freeAt` on (ms since the epoch). */
export interface Place {
  freeAt: number;
}

/**
 * The rate limit: no sliding second at the provider holds more than `perSecond` calls. A count of calls as they are
 * sent would not do: three calls held up on the way and three quick ones after them arrive within one second.
 */
export class CallWindow {
  readonly #size: number;
  readonly #periodMs: number;
  #places: Place[];

  /**
   * @param perSecond calls a second, above 0; 0.5 is one call in two seconds, 2.5 is two calls in one.
   * @param freeAts the places that a former life of the desk had taken, as `freeAts()` gave them.
   */
  constructor(perSecond: number, freeAts: readonly number[], now: number) {
    this.#size = Math.max(1, Math.floor(perSecond));
    this.#periodMs = PLACE_MS / Math.min(1, perSecond);
    const latest = now + ARRIVAL_MS + this.#periodMs;
    this.#places = freeAts.map((freeAt) => ({ freeAt: Math.min(freeAt, latest) }));
  }

  /** The mean distance between two calls under full load, in ms. */
  get intervalMs(): number {
    return this.#periodMs / this.#size;
  }

  /** When the next call may be sent: `now`, or a later moment. */
  opensAt(now: number): number {
    this.#places = this.#places.filter((place) => place.freeAt > now);
    if (this.#places.length < this.#size) return now;
    return this.freeAts().at(-this.#size) ?? now;
  }

  /** Takes a place for a call that is sent now; the caller has asked `opensAt` first. */
  take(now: number): Place {
    const place = { freeAt: now + ARRIVAL_MS + this.#periodMs };
    this.#places.push(place);
    return place;
  }

  /** The call's answer is here, so it reached the provider by now at the latest. */
  answered(place: Place, now: number): void {
    place.freeAt = Math.min(place.freeAt, now + this.#periodMs);
  }

  /** When each place is free again, ascending: what has to outlive the object. */
  freeAts(): number[] {
    return this.#places.map((place) => place.freeAt).sort((a, b) => a - b);
  }
}
