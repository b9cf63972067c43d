import { unguardCell } from "../../../library/domain/formula.ts";
import { REASON_COLUMNS } from "../job/failed-csv.ts";
import type { CsvRecord } from "../job/row.ts";
import { columnKey } from "./column-names.ts";
import { isOwnHeader } from "./own.ts";
import { MAX_LINES_ABOVE } from "./score.ts";

const REASON_KEYS: readonly string[] = REASON_COLUMNS.map(columnKey);

/**
 * Returns a function that restores the original records of a failed.csv: without the reason columns and without the guards
 * against formulas. An uncorrected row then has the same hash as the row in review, so it is recognised.
 * @param sample the first records of a file
 * @returns undefined when the file is not a failed.csv
 */
export function restorer(
  sample: readonly CsvRecord[],
): ((record: CsvRecord) => CsvRecord) | undefined {
  for (const { cells: header, damage } of sample.slice(0, MAX_LINES_ABOVE + 1)) {
    const keys = header.map(columnKey);
    const places = REASON_KEYS.map((key) => keys.indexOf(key));
    if (damage !== undefined || places.includes(-1)) continue;
    // The reader of this service's own export removes the guards itself.
    const restored = isOwnHeader(header) ? (cell: string) => cell : unguardCell;
    return (record) => ({
      ...record,
      cells: record.cells.filter((_, index) => !places.includes(index)).map(restored),
    });
  }
  return undefined;
}
