import { columnKey } from "../layouts/column-names.ts";
import type { Conventions } from "../layouts/draft.ts";
import type { Layout } from "../layouts/layout.ts";
import type { CommaRule } from "../layouts/names.ts";
import type { PlannedColumn } from "../layouts/plan.ts";
import type { DateOrder, RatingScale, ReadingOptions } from "./assumptions.ts";
import type { Evidence, NameCounts } from "./evidence.ts";
import { ratingScaleOf } from "./rating-scale.ts";

/** A decision with the probability that it is right. */
export interface Decision<Value> {
  value: Value;
  confidence: number;
}

/** What was decided about the conventions of a file. */
export interface Decisions {
  /** Undefined when nothing shows the order: ambiguous dates are left out. */
  dateOrder: Decision<DateOrder | undefined>;
  ratingScale: Decision<RatingScale>;
  authorOrders: ReadonlyMap<string, Decision<CommaRule>>;
}

/** A known service, and what the names of the columns show. */
export interface FileKind {
  layout: Layout | undefined;
  /** That the file is the service's, from 0 to 1. */
  confidence: number;
  columns: readonly PlannedColumn[];
  /** Whether a column has a name in another language than English. */
  isForeign: boolean;
}

/** Below this confidence a row is noted to depend on an assumption. */
export const CERTAIN = 0.8;

/** Decides the conventions of a file by its evidence; the caller's options count as certain. */
export function decide(evidence: Evidence, kind: FileKind, options: ReadingOptions): Decisions {
  return {
    dateOrder: dateOrderOf(evidence, kind, options),
    ratingScale: ratingScaleOf(evidence, kind, options),
    authorOrders: new Map(
      [...evidence.names].map(([column, counts]) => [column, commaRuleOf(counts, options)]),
    ),
  };
}

/** The conventions by which rows are read. */
export function conventionsOf(decisions: Decisions, options: ReadingOptions): Conventions {
  const { dateOrder, ratingScale, authorOrders } = decisions;
  const rules = [...authorOrders].map(([column, { value }]) => [column, value] as const);
  const statuses = Object.entries(options.statusMapping ?? {});
  return {
    ...(dateOrder.value === undefined ? {} : { dateOrder: dateOrder.value }),
    ...(dateOrder.confidence < CERTAIN ? { isDateOrderAssumed: true } : {}),
    ratingScale: ratingScale.value,
    ...(ratingScale.confidence < CERTAIN ? { isRatingScaleAssumed: true } : {}),
    commaRules: new Map(rules),
    statuses: new Map(statuses.map(([shelf, status]) => [columnKey(shelf), status])),
  };
}

const rounded = (confidence: number): number => Math.round(confidence * 100) / 100;

/** Share of the unambiguous dates that must agree; with less agreement ambiguous dates are left out. */
const MIN_AGREEMENT = 0.9;

/**
 * The order of the unambiguous dates. Without any, American services write the month first, because such dates come from
 * a US spreadsheet that rewrote them with slashes, and tables with column names in another language write the day first.
 */
function dateOrderOf(
  { dates }: Evidence,
  { layout, isForeign }: FileKind,
  options: ReadingOptions,
): Decision<DateOrder | undefined> {
  if (options.dateOrder !== undefined) return { value: options.dateOrder, confidence: 1 };
  const { dashed, ...counts } = dates;
  const total = counts.dmy + counts.mdy + counts.ymd;
  if (total > 0) {
    const orders = ["dmy", "mdy", "ymd"] as const;
    const [best] = orders.toSorted((one, other) => counts[other] - counts[one]);
    const share = best === undefined ? 0 : counts[best] / total;
    if (share < MIN_AGREEMENT) return { value: undefined, confidence: 0 };
    return { value: best, confidence: rounded(share * (1 - 0.1 / total)) };
  }
  if (layout?.dateOrder !== undefined) return { value: layout.dateOrder, confidence: 0.9 };
  if (layout?.isAmerican && dashed === 0) return { value: "mdy", confidence: 0.6 };
  if (layout === undefined && isForeign) return { value: "dmy", confidence: 0.7 };
  return { value: undefined, confidence: 0 };
}

/**
 * What commas mean in a column of names: cells with a whole name and no comma, and commas between whole names, show that
 * the family name does not come first.
 */
function commaRuleOf(counts: NameCounts, { authorOrder }: ReadingOptions): Decision<CommaRule> {
  if (authorOrder !== undefined) {
    return { value: authorOrder === "family-first" ? "family" : "people", confidence: 1 };
  }
  const { family, likelyFamily, either, likelyPeople, people, plain } = counts;
  const inName = 3 * family + 1.5 * likelyFamily + either + 0.5 * likelyPeople;
  const between = 2 * people + plain;
  const evidence = inName + between;
  if (evidence === 0) return { value: "mostlyFamily", confidence: 0.6 };
  const share = Math.max(inName, between) / evidence;
  const confidence = rounded(0.5 + (share - 0.5) * (1 - 0.5 / (1 + evidence)));
  if (inName <= between) return { value: "mostlyPeople", confidence };
  return { value: inName > 10 * between ? "family" : "mostlyFamily", confidence };
}
