/** A manual clock with timers. */
export class FakeTime {
  #now: number;
  #sequence = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly fire: () => void }>();

  constructor(start: number = Date.parse("2026-11-22T18:00:00Z")) {
    this.#now = start;
  }

  readonly now = (): number => this.#now;

  readonly setTimer = (delayMs: number, fire: () => void): (() => void) => {
    this.#sequence += 1;
    const id = this.#sequence;
    this.#timers.set(id, { at: this.#now + delayMs, fire });
    return () => this.#timers.delete(id);
  };

  /** Number of pending timers. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Advances the clock by `ms` and fires the timers that become due, each at its own time. */
  async pass(ms: number): Promise<void> {
    await this.reach(this.#now + ms);
  }

  /** Advances the clock to a time that is not in the past. */
  async reach(moment: number): Promise<void> {
    await settle();
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= moment);
      const first = due.sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
      if (first === undefined) break;
      const [id, { at, fire }] = first;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, at);
      fire();
      await settle();
    }
    this.#now = Math.max(this.#now, moment);
  }
}

/** Runs pending promise callbacks. No chain in the code under test is longer than this. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve();
}
