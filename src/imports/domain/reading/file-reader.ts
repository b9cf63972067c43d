import type { CsvRecord, ImportRow } from "../job/row.ts";
import { readDate, yearOfAmbiguous } from "../layouts/dates.ts";
import type { Conventions } from "../layouts/draft.ts";
import { guessNames } from "../layouts/names.ts";
import type { Plan } from "../layouts/plan.ts";
import { readStars } from "../layouts/ratings.ts";
import { readRow } from "../layouts/read-row.ts";
import { shelfStatusOf } from "../layouts/statuses.ts";
import type { Assumption, ReadingOptions } from "./assumptions.ts";
import { conventionsOf, decide } from "./decide.ts";
import type { Decisions, FileKind } from "./decision.ts";
import { isScaleSettled } from "./rating-scale.ts";
import { Evidence, OPEN, type SampleCell, type Tally } from "./evidence.ts";

/** Reads the records of one file. Some of its conventions are known only after the last record. */
export interface FileReader {
  /** Reads a record by the conventions that the first records suggest. */
  read(record: CsvRecord): ImportRow;
  /**
   * Adds a record to the evidence.
   * @returns the bits of OPEN that its reading depends on; 0 if the reading is final
   */
  observe(record: CsvRecord): number;
  /** Settles the conventions after the last record was observed. */
  finish(): Settled;
}

/** The conventions of a whole file. */
export interface Settled {
  /** The bits of OPEN for conventions that differ from what the first records suggested. */
  changed: number;
  /** Reads a record by the conventions of the whole file. */
  read(record: CsvRecord): ImportRow;
  assumptions: Assumption[];
}

/** Reads a file by the field of each column. @param sample the first records of data */
export function fileReader(
  sample: readonly CsvRecord[],
  kind: FileKind,
  options: ReadingOptions,
): FileReader {
  const { layout, columns } = kind;
  const planOf = (decisions: Decisions): Plan => ({
    columns,
    conventions: conventionsOf(decisions, options),
    ...(layout === undefined ? {} : { layout }),
  });
  const first = new Evidence(columns, 0);
  for (const record of sample) first.add(record);
  const expected = decide(first, kind, options);
  const plan = planOf(expected);
  const isScaleKnown = options.ratingScale !== undefined || isScaleSettled(first, kind);
  const settled =
    (options.dateOrder === undefined ? 0 : OPEN.dateOrder) |
    (isScaleKnown ? OPEN.ratingScale : 0) |
    (options.authorOrder === undefined ? 0 : OPEN.authorOrder);
  const evidence = new Evidence(columns, settled);
  return {
    read: (record) => readRow(record, plan),
    observe: (record) => evidence.add(record),
    finish() {
      const all = decide(evidence, kind, options);
      const decisions = isScaleKnown ? { ...all, ratingScale: expected.ratingScale } : all;
      const whole = planOf(decisions);
      return {
        changed: differences(plan.conventions, whole.conventions),
        read: (record) => readRow(record, whole),
        assumptions: assumptionsOf(evidence, decisions, whole.conventions),
      };
    },
  };
}

/** Reads a file with conventions that are known from its format. */
export function fixedReader(read: (record: CsvRecord) => ImportRow): FileReader {
  return { read, observe: () => 0, finish: () => ({ changed: 0, read, assumptions: [] }) };
}

function differences(one: Conventions, other: Conventions): number {
  const isSameOrder =
    one.dateOrder === other.dateOrder &&
    one.isDateOrderAssumed === other.isDateOrderAssumed &&
    areSame(one.dateOrders, other.dateOrders);
  const isSameScale =
    one.ratingScale === other.ratingScale &&
    one.isRatingScaleAssumed === other.isRatingScaleAssumed;
  const rules = [...(one.commaRules ?? [])];
  const areSameRules = rules.every(([column, rule]) => other.commaRules?.get(column) === rule);
  return (
    (isSameOrder ? 0 : OPEN.dateOrder) |
    (isSameScale ? 0 : OPEN.ratingScale) |
    (areSameRules ? 0 : OPEN.authorOrder)
  );
}

function areSame<Value>(
  one: ReadonlyMap<string, Value> = new Map(),
  other: ReadonlyMap<string, Value> = new Map(),
): boolean {
  return one.size === other.size && [...one].every(([key, value]) => other.get(key) === value);
}

/** Describes the assumptions, with the rows that depend on each. */
function assumptionsOf(
  evidence: Evidence,
  { dateOrder, ratingScale, authorOrders }: Decisions,
  conventions: Conventions,
): Assumption[] {
  const found: Assumption[] = [];
  const add = (
    { rows, samples }: Tally,
    assumption: Pick<Assumption, "kind" | "name" | "value" | "confidence">,
    read: (sample: SampleCell) => string,
  ): void => {
    if (rows === 0) return;
    const shown = samples.map((one) => ({ row: one.row, from: one.cell.trim(), to: read(one) }));
    found.push({ ...assumption, rows, samples: shown });
  };
  add(
    evidence.ambiguousDates,
    {
      kind: "dateOrder",
      value: dateOrder.value ?? "none",
      confidence: dateOrder.confidence,
    },
    ({ column, cell }) => {
      const order = conventions.dateOrders?.get(column) ?? conventions.dateOrder;
      return readDate(cell, order)?.date ?? yearOfAmbiguous(cell) ?? "";
    },
  );
  add(
    evidence.bareRatings,
    { kind: "ratingScale", value: ratingScale.value, confidence: ratingScale.confidence },
    ({ cell }) => String(readStars(cell, ratingScale.value)?.stars ?? ""),
  );
  const [order] = [...authorOrders.values()].toSorted((a, b) => a.confidence - b.confidence);
  if (order !== undefined) {
    const isFamily = order.value === "family" || order.value === "mostlyFamily";
    add(
      evidence.commaNames,
      {
        kind: "authorOrder",
        value: isFamily ? "family-first" : "list",
        confidence: order.confidence,
      },
      ({ column, cell }) =>
        guessNames(cell, authorOrders.get(column)?.value ?? order.value).join("; "),
    );
  }
  for (const [name, tally] of evidence.shelves) {
    const { status, confidence } = shelfStatusOf(name, conventions.statuses);
    const assumption = { kind: "statusMapping" as const, name, value: status, confidence };
    add(tally, assumption, () => status);
  }
  return found;
}
