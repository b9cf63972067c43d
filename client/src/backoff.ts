/** How often and how patiently a request is tried again. */
export interface RetryPolicy {
  /** Tries in all; 1 means no second one. */
  attempts: number;
  /** The first pause, in ms; it doubles with each failure. */
  baseMs: number;
  /** The longest pause that is chosen here, in ms. What the service asks for may be longer. */
  capMs: number;
  /** A service that asks for a longer pause than this, in ms, gets no further try: the caller is told. Watching goes on after it. */
  patienceMs: number;
}

export const DEFAULT_RETRIES: RetryPolicy = {
  attempts: 4,
  baseMs: 300,
  capMs: 10_000,
  patienceMs: 60_000,
};

/**
 * The pause before the next try: exponential with full jitter, and never shorter than the service asks for.
 * @param failures how many tries have failed, at least 1
 * @param random from 0 to below 1
 * @returns ms
 */
export function pauseMs(
  failures: number,
  { baseMs, capMs }: Pick<RetryPolicy, "baseMs" | "capMs">,
  random: () => number,
  retryAfterMs = 0,
): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** (failures - 1));
  // Callers that were turned away together do not come back together.
  return Math.round(retryAfterMs + random() * ceiling);
}

/** Waits; an abort ends the wait at once with the signal's reason. */
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
