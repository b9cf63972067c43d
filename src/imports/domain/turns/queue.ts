/**
 * Work that waits for its turn. Accounts take turns regardless of how much work each has; the work
 * of an account stays in order.
 */
export class TurnQueue<Work> {
  /** The work by account. The order of the accounts is that of their next turns. */
  readonly #waiting = new Map<string, Work[]>();

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** Whether work of another account waits. */
  hasOthersThan(account: string): boolean {
    return this.#waiting.size > (this.#waiting.has(account) ? 1 : 0);
  }

  add(account: string, work: Work): void {
    const others = this.#waiting.get(account);
    if (others) others.push(work);
    else this.#waiting.set(account, [work]);
  }

  /** Removes and returns the next work; undefined when none waits. */
  next(): Work | undefined {
    for (const [account, [work, ...others]] of this.#waiting) {
      this.#waiting.delete(account);
      if (others.length > 0) this.#waiting.set(account, others);
      return work;
    }
    return undefined;
  }
}
