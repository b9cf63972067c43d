import { columnKey } from "../layouts/column-names.ts";
import type { Conventions } from "../layouts/draft.ts";
import type { Layout } from "../layouts/layout.ts";
import type { CommaRule } from "../layouts/names.ts";
import type { PlannedColumn } from "../layouts/plan.ts";
import type { DateOrder, RatingScale, ReadingOptions } from "./assumptions.ts";
import type { Evidence, NameCounts } from "./evidence.ts";

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
    ...(ratingScale.confidence < CERTAIN && ratingScale.value !== 5
      ? { isRatingScaleAssumed: true }
      : {}),
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

/** Probability that a rating is a typing error, above the maximum of its scale. */
const TYPING_ERRORS = 0.02;
/** How much more often a table rates out of five than out of ten, and out of ten than out of a hundred. */
const PRIOR = 4;

/** Names of columns with their scale: `Rating (1-10)`, `Score /5`, `Rating %`. */
const OUT_OF_TEN = /(?<!\d)10\s*[)\]]?\s*$/;
const OUT_OF_HUNDRED = /(?<!\d)100\s*[)\]]?\s*$|%|percent|prozent/i;
const OUT_OF_FIVE = /(?<!\d)5\s*[)\]]?\s*$|stars?\b|stern|étoile|estrella|estrela|stelle|sterren/i;

/**
 * The scale of a table of no known service. Ratings above five are either typing errors, which are rare, or show that
 * the scale is larger; which of both is more probable depends on their share.
 */
function ratingScaleOf(
  { ratings }: Evidence,
  { layout, columns }: FileKind,
  options: ReadingOptions,
): Decision<RatingScale> {
  if (options.ratingScale !== undefined) return { value: options.ratingScale, confidence: 1 };
  if (layout?.ratingScale !== undefined) return { value: layout.ratingScale, confidence: 1 };
  const names = columns.flatMap(({ name, field }) => (field === "rating" ? [name] : []));
  if (names.some((name) => OUT_OF_HUNDRED.test(name))) return { value: 100, confidence: 0.95 };
  if (names.some((name) => OUT_OF_TEN.test(name))) return { value: 10, confidence: 0.95 };
  const prior = names.some((name) => OUT_OF_FIVE.test(name)) ? PRIOR ** 2 : PRIOR;
  const { upTo5, upTo10, upTo100 } = ratings;
  const all = upTo5 + upTo10 + upTo100;
  if (all === 0) return { value: 5, confidence: 1 };
  const overHundred = probabilityOfLarger(upTo100, all - upTo100, PRIOR);
  if (overHundred > 0.5) return { value: 100, confidence: rounded(overHundred) };
  const overFive = probabilityOfLarger(upTo10, upTo5, prior);
  const value = overFive > 0.5 ? 10 : 5;
  return { value, confidence: rounded(Math.max(overFive, 1 - overFive)) };
}

/**
 * Probability that values above a limit belong to a larger scale, on which about three of four are (Beta(3, 1)).
 * @param prior how much more probable the smaller scale is before any value is seen
 */
function probabilityOfLarger(above: number, below: number, prior: number): number {
  if (above === 0) return 0;
  const larger = logBeta(above + 3, below + 1) - logBeta(3, 1);
  const errors = above * Math.log(TYPING_ERRORS) + below * Math.log(1 - TYPING_ERRORS);
  return 1 / (1 + prior * Math.exp(errors - larger));
}

/** Logarithm of the beta function of two whole numbers. */
function logBeta(one: number, other: number): number {
  return logFactorial(one - 1) + logFactorial(other - 1) - logFactorial(one + other - 1);
}

/** Stirling's series, which is exact enough from 10 on. */
function logFactorial(whole: number): number {
  let small = 0;
  let from = whole;
  for (; from < 10; from += 1) small += Math.log(from + 1);
  const series = from * Math.log(from) - from + Math.log(2 * Math.PI * from) / 2;
  return series + 1 / (12 * from) - small;
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
