import { columnKey } from "../layouts/column-names.ts";
import { scaleInName } from "../layouts/column-scale.ts";
import { columnsByKey, type Layout } from "../layouts/layout.ts";
import type { PlannedColumn } from "../layouts/plan.ts";
import type { RatingScale, ReadingOptions } from "./assumptions.ts";
import type { Evidence } from "./evidence.ts";
import type { Decision, FileKind } from "./decide.ts";

/** Probability that a rating is a typing error, above the maximum of its scale. */
const TYPING_ERRORS = 0.02;
/** How much more often a table rates out of five than out of ten, and out of ten than out of a larger scale. */
const PRIOR = 4;
/** Below this confidence a format says little about the numbers of its users. */
const CERTAIN_FORMAT = 0.6;
/** Bare ratings among the first records that are enough to tell whether they are on the service's scale. */
const ENOUGH_RATINGS = 5;

/** Numbers of ratings by size, as `Evidence` counts them. */
type Sizes = Evidence["ratings"];

/**
 * The scale of a file's ratings: that of the caller, of the column's name, of the service if its own column is on it and no
 * value refutes it, or else the one that the values suggest. Values above a scale are either typing errors, which are rare,
 * or show that the scale is larger; which of both is more probable depends on their share.
 */
export function ratingScaleOf(
  { ratings }: Pick<Evidence, "ratings">,
  kind: FileKind,
  options: ReadingOptions,
): Decision<RatingScale> {
  if (options.ratingScale !== undefined) return { value: options.ratingScale, confidence: 1 };
  const named = ratingColumns(kind).flatMap(({ name }) => scaleInName(name) ?? []);
  const larger = named.filter((scale) => scale > 5);
  if (larger.length > 0) return byName(Math.max(...larger) as RatingScale, ratings);
  const own = scaleOfService(kind);
  const isCertain = own !== undefined && kind.confidence >= CERTAIN_FORMAT;
  if (isCertain && own > 5) return byName(own, ratings);
  // The service's own column on a scale of five is stronger evidence than a name.
  const doubt = isCertain ? 3 : named.includes(5) ? 2 : 1;
  const decision = byValues(ratings, PRIOR ** doubt);
  // The service rates out of more, but the file is not certainly its.
  if (own !== undefined && own > decision.value) return { ...decision, confidence: 0.6 };
  return decision;
}

/** Whether the first records of a service's file are enough to decide the scale of its ratings. */
export function isScaleSettled({ ratings }: Evidence, kind: FileKind): boolean {
  const { upTo5, upTo10, upTo20, upTo100 } = ratings;
  return scaleOfService(kind) !== undefined && upTo5 + upTo10 + upTo20 + upTo100 >= ENOUGH_RATINGS;
}

const ratingColumns = ({ columns }: FileKind): PlannedColumn[] =>
  columns.filter(({ field }) => field === "rating");

/** The scale of the service, if the ratings are in its own column. */
function scaleOfService(kind: FileKind): RatingScale | undefined {
  const { layout } = kind;
  if (layout?.ratingScale === undefined) return undefined;
  const isOwn = ratingColumns(kind).every(({ name }) => isColumnOf(layout, name));
  return isOwn ? layout.ratingScale : undefined;
}

const isColumnOf = (layout: Layout, name: string): boolean =>
  columnsByKey(layout).get(columnKey(name)) === "rating";

/** A scale above five that is known beforehand, unless more values exceed it than typing errors explain. */
function byName(scale: RatingScale, ratings: Sizes): Decision<RatingScale> {
  const { value, confidence } = byValues(ratings, PRIOR);
  return value > scale ? { value, confidence } : { value: scale, confidence: 0.95 };
}

/** @param prior how much more probable a scale of five is than one of ten, before any value is seen */
function byValues({ upTo5, upTo10, upTo20, upTo100 }: Sizes, prior: number): Decision<RatingScale> {
  const all = upTo5 + upTo10 + upTo20 + upTo100;
  const overTwenty = probabilityOfLarger(upTo100, all - upTo100, PRIOR);
  if (overTwenty > 0.5) return { value: 100, confidence: rounded(overTwenty) };
  const overTen = probabilityOfLarger(upTo20, upTo5 + upTo10, PRIOR);
  // Each value that is not above twenty makes a scale of a hundred less probable.
  if (overTen > 0.5) return { value: 20, confidence: rounded(overTen * (1 - 0.3 ** upTo20)) };
  const overFive = probabilityOfLarger(upTo10, upTo5, prior);
  const value = overFive > 0.5 ? 10 : 5;
  return { value, confidence: rounded(Math.max(overFive, 1 - overFive)) };
}

const rounded = (confidence: number): number => Math.round(confidence * 100) / 100;

/**
 * Probability that values above a limit belong to a larger scale, on which about three of four are (Beta(3, 1)).
 * @param prior how much more probable the smaller scale is before any value is seen
 */
function probabilityOfLarger(above: number, below: number, prior: number): number {
  const larger = logBeta(above + 3, below + 1) - logBeta(3, 1);
  // That there are no errors does not speak against the smaller scale, however many values there are.
  const errors =
    above === 0 ? 0 : above * Math.log(TYPING_ERRORS) + below * Math.log(1 - TYPING_ERRORS);
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
