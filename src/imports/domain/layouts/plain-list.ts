import { parseIsbn } from "../../../catalogue/domain/isbn/isbn.ts";
import type { CsvRecord } from "../job/row.ts";
import { isBlank } from "./cells.ts";
import { columnKey } from "./column-names.ts";
import type { PlannedColumn } from "./plan.ts";
import { synonymOf } from "./synonyms.ts";

/** The only column of a file with one ISBN per line. */
export const ISBN_COLUMN: PlannedColumn = { name: "ISBN", field: "isbn", isKnown: true };

/**
 * Recognises a list with one ISBN per line: one cell in each record, and at least half of the cells a valid ISBN.
 * @returns the position of the header, or -1 if there is none; undefined if the file is not such a list
 */
export function headerOfIsbnList(sample: readonly CsvRecord[]): number | undefined {
  const texts = sample.map(({ cells }) => {
    const [first = "", ...others] = cells;
    return others.every(isBlank) ? first.trim() : undefined;
  });
  const places = texts.flatMap((text, index) => (text === "" ? [] : [index]));
  const [first] = places;
  if (first === undefined || texts.includes(undefined)) return undefined;
  const isHeader = !/\d{3}/.test(texts[first] ?? "") && places.length > 1;
  const isIsbn = (index: number): boolean => parseIsbn(texts[index] ?? "").ok;
  const data = isHeader ? places.slice(1) : places;
  const valid = data.filter(isIsbn).length;
  if (valid === 0 || 2 * valid < data.length) return undefined;
  return isHeader ? first : -1;
}

/** Whether a header has exactly one column and that column is a title. */
export function isTitleColumn(header: readonly string[]): boolean {
  return header.length === 1 && synonymOf(columnKey(header[0] ?? "")) === "title";
}
