/** Enough to have a replacement when the provider deletes one. */
const MAX_CANARIES = 8;

/**
 * ISBNs that the provider is known to have. A call for several books carries one of them, because some providers answer
 * an internal error with an empty result: only an answer that has the canary proves that the provider was working.
 */
export class Canaries {
  #known: string[];
  #seeds: (() => Promise<readonly string[]>) | undefined;

  /**
   * @param seeds loads ISBNs of stored books that came from this provider; called once, and only if
   * none is known
   */
  constructor(
    known: readonly string[] | undefined,
    seeds: (() => Promise<readonly string[]>) | undefined,
  ) {
    this.#known = [...(known ?? [])];
    this.#seeds = seeds;
  }

  /** The canary for a call, if one is known. */
  async pick(): Promise<string | undefined> {
    if (this.#known.length === 0 && this.#seeds !== undefined) {
      const seeds = this.#seeds;
      this.#seeds = undefined;
      const loaded = await seeds().catch(() => []);
      for (const isbn of loaded) this.learn(isbn);
    }
    return this.#known[0];
  }

  has(isbn: string): boolean {
    return this.#known.includes(isbn);
  }

  /** The provider has just given this book. */
  learn(isbn: string): void {
    if (this.#known.length < MAX_CANARIES && !this.has(isbn)) this.#known.push(isbn);
  }

  /** The provider no longer has this book. */
  forget(isbn: string): void {
    this.#known = this.#known.filter((known) => known !== isbn);
  }

  /**
   * Uses another canary for the next call, because this one was missing and may have been deleted.
   */
  rotate(isbn: string): void {
    if (!this.has(isbn)) return;
    this.forget(isbn);
    this.#known.push(isbn);
  }

  known(): readonly string[] {
    return this.#known;
  }
}
