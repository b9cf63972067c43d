import { quotasOf, type RateClass } from "./policy.ts";

/** A stretch of time in which requests are counted. Instants are ms since the epoch. */
export interface Window {
  endsAt: number;
  used: number;
}

/** One caller's windows: for each class that it used, one for each of the class's quotas, in their order. */
export type Windows = Readonly<Partial<Record<RateClass, readonly Window[]>>>;

/** An isolate asks for tokens of one caller. */
export interface TakeRequest {
  rateClass: RateClass;
  /** How many it would like; at least 1. */
  want: number;
  /** Tokens a minute. */
  limit: number;
  now: number;
}

/** What it gets: up to `want` tokens, and how many are left until `resetsAt`. */
export interface Grant {
  granted: number;
  remaining: number;
  resetsAt: number;
}

/**
 * Takes tokens out of every window of the class at once: the scarcest decides how many. It is also the one that the
 * grant speaks of; of several equally scarce ones, the one that ends last.
 */
export function takeTokens(
  windows: Windows,
  { rateClass, want, limit, now }: TakeRequest,
): { windows: Windows; grant: Grant } {
  const counted = quotasOf(rateClass, limit).map(({ tokens, windowMs, aligned }, index) => {
    const held = windows[rateClass]?.[index];
    const startsAt = aligned ? now - (now % windowMs) : now;
    const window = held && now < held.endsAt ? held : { endsAt: startsAt + windowMs, used: 0 };
    return { window, left: Math.max(0, tokens - window.used) };
  });
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

/** When the last of a caller's windows ends: from then on they say nothing that no windows would not say. */
export function lastEnd(windows: Windows): number {
  return Math.max(0, ...Object.values(windows).flatMap((each) => each.map(({ endsAt }) => endsAt)));
}
