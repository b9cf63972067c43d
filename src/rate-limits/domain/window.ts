import { isAhead } from "../../platform/time.ts";
import { quotasOf, type CountedClass } from "./policy.ts";

/** A time window in which requests are counted. Instants are ms since the epoch. */
export interface Window {
  endsAt: number;
  used: number;
}

/** One caller's windows by class: one per quota of the class, in the order of `quotasOf`. */
export type Windows = Readonly<Partial<Record<CountedClass, readonly Window[]>>>;

/** An isolate's request for tokens of one caller. */
export interface TakeRequest {
  rateClass: CountedClass;
  /** Tokens wanted; at least 1. */
  want: number;
  /** Tokens per minute. */
  limit: number;
  now: number;
  /** Whether the caller is `LOCAL_CALLER`. */
  isShared?: boolean;
}

/** The tokens granted, at most `want`, and the tokens that remain until `resetsAt`. */
export interface Grant {
  granted: number;
  remaining: number;
  resetsAt: number;
}

/**
 * Takes tokens from all windows of the class. The window with the fewest tokens left determines how many are granted, and
 * the grant describes that window. Among several with equally few, it describes the one that ends last.
 */
export function takeTokens(
  windows: Windows,
  { rateClass, want, limit, now, isShared = false }: TakeRequest,
): { windows: Windows; grant: Grant } {
  const counted = quotasOf(rateClass, limit, isShared).map(
    ({ tokens, windowMs, aligned }, index) => {
      const known = windows[rateClass]?.[index];
      const startsAt = aligned ? now - (now % windowMs) : now;
      const isCurrent = known !== undefined && isAhead(known.endsAt, windowMs, now);
      const window = isCurrent ? known : { endsAt: startsAt + windowMs, used: 0 };
      return { window, left: Math.max(0, tokens - window.used) };
    },
  );
  const left = Math.min(...counted.map((each) => each.left));
  const granted = Math.min(want, left);
  return {
    windows: {
      ...windows,
      [rateClass]: counted.map(({ window }) => ({ ...window, used: window.used + granted })),
    },
    grant: {
      granted,
      remaining: left - granted,
      resetsAt: Math.max(
        ...counted.filter((each) => each.left === left).map(({ window }) => window.endsAt),
      ),
    },
  };
}

/** End of a caller's last window in ms since the epoch. After it, the windows are equivalent to none. */
export function lastEnd(windows: Windows): number {
  return Math.max(0, ...Object.values(windows).flatMap((each) => each.map(({ endsAt }) => endsAt)));
}
