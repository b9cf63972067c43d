/** Durations in milliseconds. */
export const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/**
 * Upper bound for the difference between the clocks of two isolates. An instant further in the
 * future than this allows was written before the clock was set back, and is ignored.
 */
export const CLOCK_SKEW_MS = 60 * SECOND_MS;

/**
 * Whether less than `ms` have passed since an instant; correct even if the clock was set back.
 * @param at ms since the epoch
 */
export function isRecent(at: number, ms: number, now: number): boolean {
  return now - at < ms && at <= now + CLOCK_SKEW_MS;
}

/**
 * Whether an instant that was set at most `ms` ahead is still in the future; correct even if the
 * clock was set back.
 */
export function isAhead(at: number, ms: number, now: number): boolean {
  return at > now && at <= now + ms + CLOCK_SKEW_MS;
}

/**
 * Writes an instant in ISO 8601, UTC.
 * @param ms since the epoch; undefined stays undefined, for `defined({ endedAt: isoTime(endedAt) })`
 */
export function isoTime(ms: number): string;
export function isoTime(ms: number | undefined): string | undefined;
export function isoTime(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : new Date(ms).toISOString();
}
