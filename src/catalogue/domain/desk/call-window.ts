/**
 * How long a call occupies its slot once it is known to have reached the provider: a second, plus 5 % because the
 * provider's clock and ours differ and both are read in whole milliseconds.
 */
export const SLOT_MS = 1_050;

/**
 * Maximum delay between sending a call and its arrival at the provider (DNS, TLS, a Durable Object busy with a flood:
 * 1.3 s were measured on two loaded cores). The call's second begins only after this delay. An answer that comes
 * earlier proves the arrival, so the second then begins with the answer.
 */
export const ARRIVAL_MS = 2_000;

/** The slot of one call in the window, free again from `freeAt` (ms since the epoch). */
export interface Slot {
  freeAt: number;
}

/**
 * The rate limit: no sliding second at the provider contains more than `perSecond` calls. Counting calls as they are
 * sent is not enough: three delayed calls and three quick ones after them can arrive within one second.
 */
export class CallWindow {
  readonly #size: number;
  readonly #periodMs: number;
  #slots: Slot[];

  /**
   * @param perSecond calls per second, above 0; 0.5 is one call in two seconds, 2.5 is two calls in one.
   * @param freeAts the slots taken before a restart, as `freeAts()` returned them.
   */
  constructor(perSecond: number, freeAts: readonly number[], now: number) {
    this.#size = Math.max(1, Math.floor(perSecond));
    this.#periodMs = SLOT_MS / Math.min(1, perSecond);
    const latest = now + ARRIVAL_MS + this.#periodMs;
    this.#slots = freeAts.map((freeAt) => ({ freeAt: Math.min(freeAt, latest) }));
  }

  /** The mean interval between two calls under full load, in ms. */
  get intervalMs(): number {
    return this.#periodMs / this.#size;
  }

  /** When the next call may be sent: `now`, or a later moment. */
  opensAt(now: number): number {
    const latest = now + ARRIVAL_MS + this.#periodMs;
    this.#slots = this.#slots.filter((slot) => slot.freeAt > now);
    // In case the clock was set back.
    for (const slot of this.#slots) slot.freeAt = Math.min(slot.freeAt, latest);
    if (this.#slots.length < this.#size) return now;
    return this.freeAts().at(-this.#size) ?? now;
  }

  /** Takes a slot for a call that is sent now. Call `opensAt` first. */
  take(now: number): Slot {
    const slot = { freeAt: now + ARRIVAL_MS + this.#periodMs };
    this.#slots.push(slot);
    return slot;
  }

  /** Called with the answer, which proves that the call has reached the provider by now. */
  answered(slot: Slot, now: number): void {
    slot.freeAt = Math.min(slot.freeAt, now + this.#periodMs);
  }

  /** When each slot becomes free, ascending: the state that is persisted. */
  freeAts(): number[] {
    return this.#slots.map((slot) => slot.freeAt).sort((a, b) => a - b);
  }
}
