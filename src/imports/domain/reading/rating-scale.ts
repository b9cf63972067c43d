import { columnKey } from "../layouts/column-names.ts";
import { scaleInName } from "../layouts/column-scale.ts";
import { columnsByKey, type Layout } from "../layouts/layout.ts";
import type { PlannedColumn } from "../layouts/plan.ts";
import type { RatingScale, ReadingOptions } from "./assumptions.ts";
import type { Evidence } from "./evidence.ts";
import type { Decision, FileKind } from "./decision.ts";

/** Probability that a rating is a typing error, above the maximum of its scale. */
const TYPING_ERRORS = 0.02;
/** How much more frequent a scale of five is than one of ten, and one of ten than a larger one. */
const PRIOR = 4;
/** Below this confidence, the format is weak evidence for the scale. */
const CERTAIN_FORMAT = 0.6;
/**
 * Number of bare ratings among the first records that suffices to tell whether they are on the
 * service's scale.
 */
const ENOUGH_RATINGS = 5;

/** Numbers of ratings by size, as `Evidence` counts them. */
type Sizes = Evidence["ratings"];

/**
 * The scale of a file's ratings: the caller's, the one in the column's name, the service's if the
 * file has its rating column and no value contradicts it, or else the one that the values suggest.
 * Values above a scale are either typing errors, which are rare, or indicate a larger scale; their
 * share decides which is more probable.
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
  // The service has a larger scale, but it is not certain that the file is from it.
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

/** A known scale above five, unless more values exceed it than typing errors can explain. */
function byName(scale: RatingScale, ratings: Sizes): Decision<RatingScale> {
  const { value, confidence } = byValues(ratings, PRIOR);
  return value > scale ? { value, confidence } : { value: scale, confidence: 0.95 };
}

/** @param prior how much more probable a scale of five is than one of ten, a priori */
function byValues({ upTo5, upTo10, upTo20, upTo100 }: Sizes, prior: number): Decision<RatingScale> {
  const all = upTo5 + upTo10 + upTo20 + upTo100;
  const overTwenty = probabilityOfLarger(upTo100, all - upTo100, PRIOR);
  if (overTwenty > 0.5) return { value: 100, confidence: rounded(overTwenty) };
  const overTen = probabilityOfLarger(upTo20, upTo5 + upTo10, PRIOR);
  // Each value of at most twenty makes a scale of a hundred less probable.
  if (overTen > 0.5) return { value: 20, confidence: rounded(overTen * (1 - 0.3 ** upTo20)) };
  const overFive = probabilityOfLarger(upTo10, upTo5, prior);
  const value = overFive > 0.5 ? 10 : 5;
  return { value, confidence: rounded(Math.max(overFive, 1 - overFive)) };
}

const rounded = (confidence: number): number => Math.round(confidence * 100) / 100;

/**
 * Probability that values above a limit belong to a larger scale, on which about three of four
 * values are (Beta(3, 1)).
 * @param prior how much more probable the smaller scale is a priori
 */
function probabilityOfLarger(above: number, below: number, prior: number): number {
  const larger = logBeta(above + 3, below + 1) - logBeta(3, 1);
  // The absence of typing errors is no evidence against the smaller scale, however many values
  // there are.
  const errors =
    above === 0 ? 0 : above * Math.log(TYPING_ERRORS) + below * Math.log(1 - TYPING_ERRORS);
  return 1 / (1 + prior * Math.exp(errors - larger));
}

/** Logarithm of the beta function of two whole numbers. */
function logBeta(one: number, other: number): number {
  return logFactorial(one - 1) + logFactorial(other - 1) - logFactorial(one + other - 1);
}

/** Stirling's series, which is accurate enough from 10 on. */
function logFactorial(whole: number): number {
  let small = 0;
  let from = whole;
  for (; from < 10; from += 1) small += Math.log(from + 1);
  const series = from * Math.log(from) - from + Math.log(2 * Math.PI * from) / 2;
  return series + 1 / (12 * from) - small;
}
