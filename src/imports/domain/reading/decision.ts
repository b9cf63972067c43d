import type { Layout } from "../layouts/layout.ts";
import type { CommaRule } from "../layouts/names.ts";
import type { PlannedColumn } from "../layouts/plan.ts";
import type { DateOrder, RatingScale } from "./assumptions.ts";

/** A decision with the probability that it is right. */
export interface Decision<Value> {
  value: Value;
  confidence: number;
}

/** What was decided about the conventions of a file. */
export interface Decisions {
  /** Undefined when the order is unknown; ambiguous dates are then omitted. */
  dateOrder: Decision<DateOrder | undefined>;
  /** The orders of single columns, if there is no common one. */
  dateOrders: ReadonlyMap<string, DateOrder>;
  ratingScale: Decision<RatingScale>;
  authorOrders: ReadonlyMap<string, Decision<CommaRule>>;
}

/** The detected service, and what the column names indicate. */
export interface FileKind {
  layout: Layout | undefined;
  /** Probability that the file is from the service, 0 to 1. */
  confidence: number;
  columns: readonly PlannedColumn[];
  /** Whether a column has a name in a language other than English. */
  isForeign: boolean;
}
