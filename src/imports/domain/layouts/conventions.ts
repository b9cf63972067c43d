import type { CsvRecord } from "../job/row.ts";
import { unwrap } from "./cells.ts";
import { dayOrderOf, type DayOrder } from "./dates.ts";
import type { Conventions } from "./draft.ts";
import { DATE_FIELDS } from "./fields/index.ts";
import type { Layout } from "./layout.ts";
import type { PlannedColumn } from "./plan.ts";
import { defined } from "../../../platform/defined.ts";

/** Dates with dashes, which spreadsheets outside the US write. */
const DASHED = /^\s*\d{1,2}-\d{1,2}-\d{2,4}/;

/**
 * Detects the conventions of a file from its first records.
 *
 * The order of `4/2/2021` follows the unambiguous dates in the sample (`25/4/2021`). If they contradict each other, ambiguous
 * dates are left out. If there are none, files of American services are read month first, because such dates come from a US
 * spreadsheet that rewrote them with slashes; in other files, ambiguous dates are left out.
 *
 * Ratings are out of five. The exception is a file of Calibre or of no known service whose highest rating is above five and
 * at most ten: its ratings are out of ten.
 */
export function conventionsOf(
  sample: readonly CsvRecord[],
  columns: readonly PlannedColumn[],
  layout: Layout | undefined,
): Conventions {
  const dayOrder = dayOrderIn(sample, columns, layout);
  const fullRating = hasTenStars(sample, columns, layout) ? 10 : 5;
  return { fullRating, ...defined({ dayOrder }) };
}

function dayOrderIn(
  sample: readonly CsvRecord[],
  columns: readonly PlannedColumn[],
  layout: Layout | undefined,
): DayOrder | undefined {
  const dates = cellsOf(sample, columns, ({ field }) => DATE_FIELDS.has(field)).flatMap((cell) =>
    cell.split(/[,;]/).slice(0, 10),
  );
  const orders = new Set(dates.flatMap((date) => dayOrderOf(date) ?? []));
  const [order] = orders;
  if (orders.size > 0) return orders.size === 1 ? order : undefined;
  const isAmerican = layout?.isAmerican && !dates.some((date) => DASHED.test(date));
  return isAmerican ? "mdy" : undefined;
}

function hasTenStars(
  sample: readonly CsvRecord[],
  columns: readonly PlannedColumn[],
  layout: Layout | undefined,
): boolean {
  if (layout !== undefined && layout.format !== "calibre") return false;
  const ratings = cellsOf(sample, columns, ({ field }) => field === "rating")
    .map((cell) => Number(cell.trim().replace(",", ".")))
    .filter((rating) => !Number.isNaN(rating));
  const highest = Math.max(0, ...ratings);
  return highest > 5 && highest <= 10;
}

function cellsOf(
  sample: readonly CsvRecord[],
  columns: readonly PlannedColumn[],
  isWanted: (column: PlannedColumn) => boolean,
): string[] {
  const places = columns.flatMap((column, index) => (isWanted(column) ? [index] : []));
  return sample.flatMap(({ cells, damage }) =>
    damage === undefined ? places.map((index) => unwrap(cells[index] ?? "").slice(0, 200)) : [],
  );
}
