const FIRST_SECONDS = 5;

/**
 * How many seconds a message waits for its next try: 5, doubled each time.
 * @param attempts tries so far, from 1
 */
export function retryDelay(attempts: number, longestSeconds: number): number {
  return Math.min(longestSeconds, FIRST_SECONDS * 2 ** Math.min(attempts - 1, 16));
}
