/**
 * Users of a provider's daily quota. `live`: scans of accounts; `anonymous`: scans of callers
 * without an account.
 */
export const SPENDERS = ["live", "anonymous", "refresh", "import"] as const;

export type Spender = (typeof SPENDERS)[number];

/** Calls of one day by spender. */
export type SpentBy = Readonly<Partial<Record<Spender, number>>>;

/**
 * Parts of a provider's daily quota: half for live scans, of which callers without an account get
 * at most half; a tenth for refreshes; the rest for imports. Parts are rounded down in favour of
 * live scans.
 */
const PARTS = { refresh: 0.1, import: 0.4 } as const;
const ANONYMOUS_PART_OF_LIVE = 0.5;
/** Fraction of the day from which unused parts are released to lower priorities. */
const LAST_QUARTER = 0.75;

interface Shares {
  live: number;
  anonymous: number;
  refresh: number;
  import: number;
}

/** The calls of each share of a day. `anonymous` is a part of `live`. */
export function sharesOf(perDay: number): Shares {
  const refresh = Math.floor(perDay * PARTS.refresh);
  const imports = Math.floor(perDay * PARTS.import);
  const live = perDay - refresh - imports;
  return { live, anonymous: Math.floor(live * ANONYMOUS_PART_OF_LIVE), refresh, import: imports };
}

/**
 * Whether a spender may make one more call. In the last quarter of the day refreshes may also use
 * what live scans have left, and imports what both have left. It is released evenly until midnight,
 * so that higher priorities always have calls left for the rest of the day.
 * @param elapsed the elapsed fraction of the day, from 0 to 1
 */
export function mayCall(
  spender: Spender,
  { perDay, spent, by, elapsed }: { perDay: number; spent: number; by: SpentBy; elapsed: number },
): boolean {
  if (spent >= perDay) return false;
  const shares = sharesOf(perDay);
  const { live = 0, anonymous = 0, refresh = 0, import: imports = 0 } = by;
  const scans = live + anonymous;
  const kept = 1 - Math.max(0, (elapsed - LAST_QUARTER) / (1 - LAST_QUARTER));
  const keptOf = (share: number, used: number): number =>
    Math.ceil(Math.max(0, share - used) * kept);
  const keptLive = keptOf(shares.live, scans);
  switch (spender) {
    case "live":
      return scans < shares.live;
    case "anonymous":
      return scans < shares.live && anonymous < shares.anonymous;
    case "refresh": {
      if (refresh < shares.refresh) return true;
      // The share of imports has the lowest priority and is never used by others.
      const keptImports = Math.max(0, shares.import - imports);
      return elapsed > LAST_QUARTER && spent < perDay - keptLive - keptImports;
    }
    case "import":
      if (imports < shares.import) return true;
      return elapsed > LAST_QUARTER && spent < perDay - keptLive - keptOf(shares.refresh, refresh);
  }
}
