/** Statistics of the calls to one provider. */
export interface CallStats {
  readonly calls: number;
  /** Maximum number of calls in any window of one second. */
  readonly maxPerSecond: number;
  /** Arrival time of each call, in ms since the epoch. */
  readonly times: readonly number[];
  /** Every requested ISBN, in order, with repetitions. */
  readonly isbns: readonly string[];
  readonly paths: readonly string[];
  readonly userAgents: readonly string[];
}

/** Records the calls to a provider. */
export class CallRecord {
  #times: number[] = [];
  #isbns: string[] = [];
  #paths: string[] = [];
  #userAgents = new Set<string>();

  add(call: { path: string; isbns: readonly string[]; userAgent: string; at: number }): void {
    this.#times.push(call.at);
    this.#paths.push(call.path);
    this.#isbns.push(...call.isbns);
    this.#userAgents.add(call.userAgent);
  }

  stats(): CallStats {
    return {
      calls: this.#times.length,
      maxPerSecond: maxInWindow(this.#times, 1_000),
      times: [...this.#times],
      isbns: [...this.#isbns],
      paths: [...this.#paths],
      userAgents: [...this.#userAgents],
    };
  }

  clear(): void {
    this.#times = [];
    this.#isbns = [];
    this.#paths = [];
    this.#userAgents.clear();
  }
}

/** Maximum number of the ascending times that fall into a window shorter than `windowMs`. */
export function maxInWindow(times: readonly number[], windowMs: number): number {
  let first = 0;
  let most = 0;
  times.forEach((time, index) => {
    while (time - times[first]! >= windowMs) first += 1;
    most = Math.max(most, index - first + 1);
  });
  return most;
}
