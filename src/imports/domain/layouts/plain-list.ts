import { parseIsbn } from "../../../catalogue/domain/isbn/isbn.ts";
import type { CsvRecord } from "../job/row.ts";
import { isBlank } from "./cells.ts";
import { columnKey } from "./column-names.ts";
import type { PlannedColumn } from "./plan.ts";
import { SYNONYMS } from "./synonyms.ts";

/** The one column of a file that has an ISBN a line. */
export const ISBN_COLUMN: PlannedColumn = { name: "ISBN", field: "isbn", isKnown: true };

/**
 * Whether records are one ISBN a line: nothing but one cell in each, and most of them an ISBN, if a damaged one.
 * @returns the place of the header, or -1 if there is none; nothing if it is no such list
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

/** Whether the only column of a header is understood to hold titles. */
export function isTitleColumn(header: readonly string[]): boolean {
  return header.length === 1 && SYNONYMS.get(columnKey(header[0] ?? "")) === "title";
}
