import { unwrap } from "../layouts/cells.ts";
import {
  dayInSeconds,
  isAmbiguousDate,
  orderShown,
  readDate,
  sidesOfRange,
} from "../layouts/dates.ts";
import type { Field } from "../layouts/fields/index.ts";
import type { DateOrder } from "./assumptions.ts";

const MAX_CELL_LENGTH = 200;
/** Dates that begin with the year, as services write them. */
const BEGINS_WITH_YEAR = /^\s*\[?\d{4}/;
const DASHED = /^\s*\d{1,2}-\d{1,2}-\d{2,4}/;
const DAY = 86_400;

/** Numbers of unambiguous dates by order. */
export type OrderCounts = Record<DateOrder, number>;

const noCounts = (): OrderCounts => ({ dmy: 0, mdy: 0, ymd: 0 });

/** Evidence for the order of the dates in a file. */
export class DateEvidence {
  readonly byColumn = new Map<string, OrderCounts>();
  /** Dates with dashes, which American spreadsheets do not write. */
  dashed = 0;
  /**
   * Total duration in days, in each order, of the readings that are plausible in both, and their
   * number.
   */
  readonly spans = { dmy: 0, mdy: 0, count: 0 };
  /** Dates of three short numbers, in which the first or the last is the year. */
  readonly short = { firsts: new Set<number>(), lasts: new Set<number>() };

  /** Adds a cell. @returns whether a date in it depends on the order */
  add(cell: string, column: string): boolean {
    if (cell === "" || BEGINS_WITH_YEAR.test(cell)) return false;
    let isAmbiguous = false;
    for (const part of unwrap(cell).slice(0, MAX_CELL_LENGTH).split(/[,;]/)) {
      const sides = sidesOfRange(part);
      for (const date of sides ?? [part]) isAmbiguous = this.#addDate(date, column) || isAmbiguous;
      if (sides !== undefined) this.addReading(...sides, column);
    }
    return isAmbiguous;
  }

  #addDate(date: string, column: string): boolean {
    const shown = orderShown(date);
    if (shown === undefined) return false;
    if (DASHED.test(date)) this.dashed += 1;
    if (typeof shown === "object") {
      this.short.firsts.add(shown.first);
      this.short.lasts.add(shown.last);
      return true;
    }
    if (shown === "ambiguous") return true;
    this.#count(shown, column);
    return false;
  }

  #count(order: DateOrder, column: string): void {
    const counts = this.byColumn.get(column) ?? noCounts();
    counts[order] += 1;
    this.byColumn.set(column, counts);
  }

  /** Adds a reading, which does not end before it starts and seldom lasts for months. */
  addReading(start: string, end: string, column: string): void {
    if (!isAmbiguousDate(start) && !isAmbiguousDate(end)) return;
    const [dmy, mdy] = (["dmy", "mdy"] as const).map((order) => daysBetween(start, end, order));
    if (dmy === undefined || mdy === undefined) return;
    if (dmy >= 0 && mdy >= 0) {
      this.spans.dmy += dmy;
      this.spans.mdy += mdy;
      this.spans.count += 1;
    } else if (dmy >= 0 || mdy >= 0) {
      this.#count(dmy >= 0 ? "dmy" : "mdy", column);
    }
  }

  /** The counts for the whole file. */
  total(): OrderCounts {
    const total = noCounts();
    for (const counts of this.byColumn.values()) {
      for (const order of ["dmy", "mdy", "ymd"] as const) total[order] += counts[order];
    }
    return total;
  }
}

function daysBetween(start: string, end: string, order: DateOrder): number | undefined {
  const [from, to] = [readDate(start, order)?.date, readDate(end, order)?.date];
  if (from?.length !== 10 || to?.length !== 10) return undefined;
  return (dayInSeconds(to) - dayInSeconds(from)) / DAY;
}

/** The columns with the start and the end of a row's readings. */
export function readingColumns(
  columns: readonly { field: Field }[],
): { start: number; end: number } | undefined {
  const start = columns.findIndex(({ field }) => field === "startedAt");
  const end = columns.findIndex(({ field }) => field === "finishedAt");
  return start === -1 || end === -1 ? undefined : { start, end };
}
