import { detectLayout, type Detection } from "../../../src/imports/domain/layouts/detect.ts";
import { LAYOUTS } from "../../../src/imports/domain/layouts/tables/index.ts";
import type { CsvRecord, ImportRow } from "../../../src/imports/domain/job/row.ts";

/** Cells by column. */
export type Cells = Readonly<Record<string, string>>;

/**
 * Parses rows with all columns of a layout, or with those of the first row if the layout does not
 * exist.
 */
export function rowsOf(format: string, ...given: readonly Cells[]): ImportRow[] {
  const layout = LAYOUTS.find((one) => one.format === format);
  const columns = Object.keys(layout?.columns ?? given[0] ?? {});
  const lines = given.map((cells) => columns.map((column) => cells[column] ?? ""));
  const records = [columns, ...lines].map((cells, index) => ({
    row: index + 1,
    line: index + 1,
    cells,
  }));
  const detection = detectLayout(records, {});
  if (detection.kind === "unknown") throw new Error(detection.why);
  return settledRows(detection, records.slice(1));
}

/** Parses the data records of a file using the conventions of the whole file. */
export function settledRows(
  { reader, restore = (record) => record }: Detection & { kind: "found" },
  records: readonly CsvRecord[],
): ImportRow[] {
  const restored = records.map(restore);
  for (const record of restored) reader.observe(record);
  return restored.map(reader.finish().read);
}

/** Parses a file with a single row. */
export function rowOf(format: string, cells: Cells): ImportRow {
  const [row] = rowsOf(format, cells);
  if (row === undefined) throw new Error("The file has no row.");
  return row;
}
