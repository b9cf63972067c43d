interface WakeUpDeps {
  readonly now: () => number;
  readonly setTimer: (delayMs: number, fire: () => void) => () => void;
  readonly fire: () => void;
}

/** At most one timer, and none while nothing is pending: a pending timer keeps a Durable Object in memory. */
export class WakeUp {
  readonly #deps: WakeUpDeps;
  #pending: { readonly at: number; readonly cancel: () => void } | undefined;

  constructor(deps: WakeUpDeps) {
    this.#deps = deps;
  }

  /** Sets the next time to `at` (ms since the epoch), replacing any earlier one. Infinity cancels the timer. */
  at(at: number): void {
    if (this.#pending?.at === at) return;
    this.#pending?.cancel();
    this.#pending = undefined;
    if (at === Infinity) return;
    const cancel = this.#deps.setTimer(Math.max(1, at - this.#deps.now()), () => {
      this.#pending = undefined;
      this.#deps.fire();
    });
    this.#pending = { at, cancel };
  }

  /** Fires at `at` at the latest. */
  by(at: number): void {
    if (this.#pending === undefined || at < this.#pending.at) this.at(at);
  }
}
