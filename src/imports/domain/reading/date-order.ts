import type { DateOrder, ReadingOptions } from "./assumptions.ts";
import type { DateEvidence, OrderCounts } from "./date-evidence.ts";
import type { Decision, FileKind } from "./decision.ts";

/**
 * Share of the unambiguous dates that must agree; with less agreement, only the year of ambiguous dates is used.
 */
const MIN_AGREEMENT = 0.9;
/** Number of readings plausible in both orders that suffices to compare durations. */
const ENOUGH_SPANS = 3;
/** Factor by which readings are longer in the wrong order. */
const LONGER = 3;
const ORDERS = ["dmy", "mdy", "ymd"] as const;

/**
 * The order shown by unambiguous dates, by readings that would otherwise end before they start, or
 * by shorter readings. Without any of these, the month comes first in files of American services,
 * because their ambiguous dates come from a US spreadsheet that rewrote them with slashes, and the
 * day comes first in tables with column names in another language.
 */
export function dateOrderOf(
  dates: DateEvidence,
  { layout, isForeign }: FileKind,
  options: ReadingOptions,
): Decision<DateOrder | undefined> {
  if (options.dateOrder !== undefined) return { value: options.dateOrder, confidence: 1 };
  const counts = dates.total();
  const total = totalOf(counts);
  if (total > 0) {
    const { best, share } = mostOf(counts);
    if (share < MIN_AGREEMENT) return { value: undefined, confidence: 0 };
    return { value: best, confidence: rounded(share * (1 - 0.1 / total)) };
  }
  const { firsts, lasts } = dates.short;
  // Years repeat more often than days.
  if (firsts.size > 0) {
    const confidence = rounded(1 - 0.5 ** (1 + Math.abs(firsts.size - lasts.size)));
    return { value: firsts.size < lasts.size ? "ymd" : "dmy", confidence };
  }
  if (layout?.dateOrder !== undefined) return { value: layout.dateOrder, confidence: 0.9 };
  const { spans } = dates;
  if (spans.count >= ENOUGH_SPANS && spans.dmy > LONGER * spans.mdy)
    return { value: "mdy", confidence: 0.75 };
  if (spans.count >= ENOUGH_SPANS && spans.mdy > LONGER * spans.dmy)
    return { value: "dmy", confidence: 0.75 };
  if (layout?.isAmerican && dates.dashed === 0) return { value: "mdy", confidence: 0.6 };
  if (layout === undefined && isForeign) return { value: "dmy", confidence: 0.7 };
  return { value: undefined, confidence: 0 };
}

/** The orders of single columns, if they differ although each column is consistent. */
export function ordersByColumn(
  dates: DateEvidence,
  decision: Decision<DateOrder | undefined>,
): ReadonlyMap<string, DateOrder> {
  if (decision.value !== undefined) return new Map();
  return new Map(
    [...dates.byColumn].flatMap(([column, counts]): [string, DateOrder][] => {
      const { best, share } = mostOf(counts);
      return share >= MIN_AGREEMENT ? [[column, best]] : [];
    }),
  );
}

const totalOf = ({ dmy, mdy, ymd }: OrderCounts): number => dmy + mdy + ymd;

function mostOf(counts: OrderCounts): { best: DateOrder; share: number } {
  const [best = "dmy"] = ORDERS.toSorted((one, other) => counts[other] - counts[one]);
  return { best, share: counts[best] / Math.max(1, totalOf(counts)) };
}

const rounded = (confidence: number): number => Math.round(confidence * 100) / 100;
