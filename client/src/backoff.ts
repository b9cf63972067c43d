/** How often and after what delays a request is retried. */
export interface RetryPolicy {
  /** Total number of attempts; 1 means no retry. */
  attempts: number;
  /** The first delay, in ms. It doubles with each failure. */
  baseMs: number;
  /** Maximum computed delay, in ms. The service may request a longer one. */
  capMs: number;
  /**
   * Maximum delay that the service may request, in ms. If it requests a longer one, the call fails without another attempt;
   * watching an import waits this long and continues.
   */
  patienceMs: number;
}

export const DEFAULT_RETRIES: RetryPolicy = {
  attempts: 4,
  baseMs: 300,
  capMs: 10_000,
  patienceMs: 60_000,
};

/**
 * The delay before the next attempt: exponential with full jitter, and never shorter than the service requests.
 * @param failures number of failed attempts, at least 1
 * @param random returns a number from 0 to below 1
 * @returns ms
 */
export function pauseMs(
  failures: number,
  { baseMs, capMs }: Pick<RetryPolicy, "baseMs" | "capMs">,
  random: () => number,
  retryAfterMs = 0,
): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** (failures - 1));
  // Jitter is added on top of Retry-After, so that clients that were rejected together do not return together.
  return Math.round(retryAfterMs + random() * ceiling);
}

/** Waits for `ms`. An abort rejects immediately with the signal's reason. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const done = (): void => {
      signal?.removeEventListener("abort", abort);
      resolve();
    };
    const timer = setTimeout(done, ms);
    const abort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener("abort", abort, { once: true });
  });
}
