import { unguardCell } from "../../../library/domain/formula.ts";
import { REASON_COLUMNS } from "../job/failed-csv.ts";
import type { CsvRecord } from "../job/row.ts";
import { columnKey } from "./column-names.ts";
import { isOwnHeader } from "./own.ts";

const REASON_KEYS: readonly string[] = REASON_COLUMNS.map(columnKey);

/**
 * How the records of a failed.csv become again what they were in the file that it was made of: without the reasons, and
 * without what keeps spreadsheets from running a cell. A row that nobody has mended is then known as the one that waits.
 * @param sample the records at the beginning of a file
 * @returns nothing when the file is no failed.csv
 */
export function restorer(
  sample: readonly CsvRecord[],
): ((record: CsvRecord) => CsvRecord) | undefined {
  for (const { cells: header, damage } of sample) {
    const places = REASON_KEYS.map((key) => header.findIndex((cell) => columnKey(cell) === key));
    if (damage !== undefined || places.includes(-1)) continue;
    // An export of this service guards its own cells, and takes it off itself.
    const restored = isOwnHeader(header) ? (cell: string) => cell : unguardCell;
    return (record) => ({
      ...record,
      cells: record.cells.filter((_, index) => !places.includes(index)).map(restored),
    });
  }
  return undefined;
}
