import { parseIsbn } from "../../../catalogue/domain/isbn/isbn.ts";
import type { CsvRecord } from "../job/row.ts";
import { isBlank, isPlaceholder, unwrap } from "./cells.ts";
import { columnKey } from "./column-names.ts";
import { readDate } from "./dates.ts";
import { DATE_FIELDS, type Field } from "./fields/index.ts";
import type { Layout } from "./layout.ts";
import { planColumns, type PlannedColumn } from "./plan.ts";
import { readStars } from "./ratings.ts";
import { statusOf } from "./statuses.ts";
import { BOOKLOG_JP } from "./tables/booklogjp.ts";
import { GOODREADS } from "./tables/goodreads.ts";
import { STORYGRAPH } from "./tables/storygraph.ts";

/** The columns of a file in the order in which its service writes them. */
interface Shape {
  layout: Layout;
  columns: PlannedColumn[];
}

const without = (names: readonly string[], others: readonly string[] = []): string[] => {
  const keys = new Set(others.map(columnKey));
  return names.filter((name) => !keys.has(columnKey(name)));
};

const GOODREADS_COLUMNS = without(Object.keys(GOODREADS.columns), [
  "read_dates",
  "genres",
  "n_ratings",
]);

/** Services with files that can be recognised without a header. */
const SHAPES: readonly Shape[] = [
  { layout: GOODREADS, names: without(GOODREADS_COLUMNS, GOODREADS.optional) },
  { layout: GOODREADS, names: GOODREADS_COLUMNS },
  { layout: STORYGRAPH, names: Object.keys(STORYGRAPH.columns) },
  { layout: BOOKLOG_JP, names: Object.keys(BOOKLOG_JP.columns) },
].map(({ layout, names }) => ({ layout, columns: planColumns(names, layout) }));

/** Maximum number of records compared with a shape. */
const MAX_RECORDS = 50;

/** Recognises a file without a header by the number of columns and the form of their cells. */
export function shapeOf(sample: readonly CsvRecord[]): Shape | undefined {
  const records = sample.filter(({ damage }) => damage === undefined).slice(0, MAX_RECORDS);
  return SHAPES.find(({ columns }) => {
    const fitting = records.filter(
      ({ cells }) => isAsWide(cells, columns.length) && fits(cells, columns),
    );
    return fitting.length > 0 && fitting.length >= 0.9 * records.length;
  });
}

/** Whether a record has this many cells, not counting blank ones at the end. */
const isAsWide = (cells: readonly string[], width: number): boolean =>
  cells.length >= width && cells.slice(width).every(isBlank);

/**
 * Whether a record looks like a book rather than a header: one of its cells is an ISBN or a date.
 */
export function looksLikeBook({ cells }: Pick<CsvRecord, "cells">): boolean {
  return (
    cells.length > 1 &&
    cells.some((cell) => {
      const text = unwrap(cell).trim();
      return parseIsbn(text).ok || readDate(text, "dmy")?.date.length === 10;
    })
  );
}

function fits(cells: readonly string[], columns: readonly PlannedColumn[]): boolean {
  let evidence = 0;
  for (const [index, { field }] of columns.entries()) {
    const text = unwrap(cells[index] ?? "").trim();
    if (field === "title" && (isBlank(text) || parseIsbn(text).ok)) return false;
    if (isPlaceholder(text)) continue;
    const isFit = fitsField(text, field);
    if (isFit === false) return false;
    if (isFit === true) evidence += 1;
  }
  return evidence >= 2;
}

/** Whether a cell can be the value of a field; undefined for fields that can have any text. */
function fitsField(text: string, field: Field): boolean | undefined {
  if (DATE_FIELDS.has(field) && field !== "publishedDate" && field !== "datesRead") {
    return readDate(text, "mdy") !== undefined || readDate(text, "dmy") !== undefined;
  }
  if (field === "status") return statusOf(text) !== undefined || /^[\p{Ll}\p{N}-]+$/u.test(text);
  if (field === "isbn") return /^[\dX-]{8,17}$/i.test(text);
  if (field === "isbnOrOther") return !/\s/.test(text);
  if (field === "rating") return readStars(text, 5) !== undefined;
  if (["pageCount", "readCount", "goodreadsId"].includes(field)) return /^\d+$/.test(text);
  return undefined;
}
