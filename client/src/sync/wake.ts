import type { sleep } from "../backoff.ts";

/** Ends waits early. A call outside of a wait ends the next one. */
export class Wake {
  #isDue = false;
  #isUrgent = false;
  #check: () => void = () => undefined;

  /** @param options.isUrgent ends a wait after a failure too */
  now({ isUrgent = false } = {}): void {
    this.#isDue = true;
    this.#isUrgent ||= isUrgent;
    this.#check();
  }

  /**
   * Waits until `now` is called, the time is over, or the signal aborts.
   * @param wait.ms unlimited if absent
   * @param wait.forUrgent whether only urgent calls end the wait, as during a delay requested by
   * the service
   */
  async wait(
    { ms, forUrgent = false }: { ms?: number | undefined; forUrgent?: boolean },
    pause: typeof sleep,
    signal: AbortSignal,
  ): Promise<void> {
    const ended = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#check = () => {
        if (forUrgent ? this.#isUrgent : this.#isDue) resolve();
      };
      this.#check();
      signal.addEventListener("abort", () => resolve(), { once: true, signal: ended.signal });
      if (signal.aborted) resolve();
    });
    const over = ms === undefined ? [] : [pause(ms, ended.signal).catch(() => undefined)];
    await Promise.race([woken, ...over]);
    ended.abort();
    this.#check = () => undefined;
    this.#isDue = false;
    this.#isUrgent = false;
  }
}
