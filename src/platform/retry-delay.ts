const FIRST_SECONDS = 5;

/**
 * Seconds until a message is retried: 5, doubled after each attempt, at most `longestSeconds`.
 * @param attempts attempts so far, from 1
 */
export function retryDelay(attempts: number, longestSeconds: number): number {
  return Math.min(longestSeconds, FIRST_SECONDS * 2 ** Math.min(attempts - 1, 16));
}
