import { columnKey } from "../layouts/column-names.ts";
import type { Conventions } from "../layouts/draft.ts";
import type { CommaRule } from "../layouts/names.ts";
import type { ReadingOptions } from "./assumptions.ts";
import type { Decision, Decisions, FileKind } from "./decision.ts";
import type { Evidence, NameCounts } from "./evidence.ts";
import { dateOrderOf, ordersByColumn } from "./date-order.ts";
import { ratingScaleOf } from "./rating-scale.ts";

/** Below this confidence, rows that depend on an assumption get a note. */
export const CERTAIN = 0.8;

/** Decides the conventions of a file from the evidence; the caller's options count as certain. */
export function decide(evidence: Evidence, kind: FileKind, options: ReadingOptions): Decisions {
  const dateOrder = dateOrderOf(evidence.dates, kind, options);
  return {
    dateOrder,
    dateOrders: ordersByColumn(evidence.dates, dateOrder),
    ratingScale: ratingScaleOf(evidence, kind, options),
    authorOrders: new Map(
      [...evidence.names].map(([column, counts]) => [column, commaRuleOf(counts, options)]),
    ),
  };
}

/** The conventions by which rows are read. */
export function conventionsOf(decisions: Decisions, options: ReadingOptions): Conventions {
  const { dateOrder, dateOrders, ratingScale, authorOrders } = decisions;
  const rules = [...authorOrders].map(([column, { value }]) => [column, value] as const);
  const statuses = Object.entries(options.statusMapping ?? {});
  return {
    ...(dateOrder.value === undefined ? {} : { dateOrder: dateOrder.value }),
    ...(dateOrders.size === 0 ? {} : { dateOrders }),
    ...(dateOrder.confidence < CERTAIN ? { isDateOrderAssumed: true } : {}),
    ratingScale: ratingScale.value,
    ...(ratingScale.confidence < CERTAIN ? { isRatingScaleAssumed: true } : {}),
    commaRules: new Map(rules),
    statuses: new Map(statuses.map(([shelf, status]) => [columnKey(shelf), status])),
  };
}

const rounded = (confidence: number): number => Math.round(confidence * 100) / 100;

/**
 * What commas mean in a column of names. Commas between full names separate people. Otherwise two
 * single words are an inverted name, even among names without a comma, because people with a single
 * name are rare.
 */
function commaRuleOf(counts: NameCounts, { authorOrder }: ReadingOptions): Decision<CommaRule> {
  if (authorOrder !== undefined) {
    return { value: authorOrder === "family-first" ? "family" : "people", confidence: 1 };
  }
  const { family, likelyFamily, either, likelyPeople, people, plain } = counts;
  const inName = 3 * family + 1.5 * likelyFamily + either + 0.5 * likelyPeople;
  const between = 2 * people;
  if (inName + between === 0) return { value: "mostlyFamily", confidence: 0.6 };
  const isFamily = inName > between;
  // Names without a comma are consistent with a list, and make inverted names less certain.
  const against = isFamily ? between + Math.min(plain, inName) / 4 : inName;
  const evidence = isFamily ? inName + against : inName + between + plain;
  const share = 1 - against / evidence;
  const confidence = rounded(0.5 + (share - 0.5) * (1 - 0.5 / (1 + evidence)));
  if (!isFamily) return { value: "mostlyPeople", confidence };
  const turned = family + likelyFamily + either + likelyPeople;
  const isAlways = plain === 0 && turned >= 3 * people;
  return {
    value: isAlways || inName > 10 * (between + plain) ? "family" : "mostlyFamily",
    confidence,
  };
}
