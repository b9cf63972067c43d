import type { CsvRecord, ImportRow } from "../job/row.ts";
import { isBlank } from "./cells.ts";
import { conventionsOf } from "./conventions.ts";
import { FORMATS, isFormat, type Format } from "./formats.ts";
import { restorer } from "./given-back.ts";
import { isOwnHeader, ownReader } from "./own.ts";
import { mappingProblem, missingColumns, withMapping, type Mapping } from "./mapping.ts";
import { headerOfIsbnList, ISBN_COLUMN } from "./plain-list.ts";
import { isUsable, planColumns, type Plan, type PlannedColumn } from "./plan.ts";
import { readRow } from "./read-row.ts";
import { bestHeader, listConfidence, type Header } from "./score.ts";
import { defined } from "../../../platform/defined.ts";

/** The caller's hints about the file. */
export interface Wishes {
  /** One of FORMATS. */
  format?: string | undefined;
  /** MAPPABLE_FIELDS by column of the file. */
  mapping?: Mapping | undefined;
}

/** The detected layout of a file and the reader of its records. */
export type Detection =
  | {
      kind: "found";
      format: Format;
      /** From 0 to 1. */
      confidence: number;
      /** Unique column names; the keys of `raw` of a row. */
      columns: string[];
      /** Position of the header in the sample, after any title lines; undefined if the file has none. */
      headerIndex: number | undefined;
      read: (record: CsvRecord) => ImportRow;
      /** Repairs a record before it is hashed and read; absent when records need no repair. */
      restore?: (record: CsvRecord) => CsvRecord;
    }
  | {
      kind: "unknown";
      /** Cells of the most likely header. */
      foundColumns: string[];
      /** Line of that header in the file. */
      line?: number;
      /** Explanation for the user. */
      why: string;
    };

/** Maximum number of columns reported for an unknown layout. */
const MAX_REPORTED_COLUMNS = 100;

/**
 * Detects the layout of a file by its set of columns, regardless of their order and spelling.
 * @param sample the first records of the file, including header and title lines; about a hundred are enough
 */
export function detectLayout(sample: readonly CsvRecord[], wishes: Wishes): Detection {
  const restore = restorer(sample);
  if (restore === undefined) return detect(sample, wishes);
  const detection = detect(sample.map(restore), wishes);
  return detection.kind === "found" ? { ...detection, restore } : detection;
}

function detect(sample: readonly CsvRecord[], { format, mapping }: Wishes): Detection {
  if (sample.every(({ cells }) => cells.every(isBlank)))
    return unknown(sample, "The file is empty.");
  if (format !== undefined && !isFormat(format)) {
    return unknown(
      sample,
      `${JSON.stringify(format)} is not a known format. The formats are ${FORMATS.join(", ")}.`,
    );
  }
  if (mapping !== undefined && Object.keys(mapping).length > 0)
    return mapped(sample, mapping, format);
  const header = bestHeader(sample, format);
  if (header === undefined) return withoutHeader(sample, format);
  return found(sample, header);
}

function found(sample: readonly CsvRecord[], header: Header, mapping: Mapping = {}): Detection {
  const { index, fit } = header;
  const cells = sample[index]?.cells ?? [];
  if (isOwnHeader(cells) && Object.keys(mapping).length === 0) {
    return {
      kind: "found",
      format: "bookstrack",
      confidence: 1,
      headerIndex: index,
      ...ownReader(cells),
    };
  }
  const columns = withMapping(planColumns(cells, fit?.layout), mapping);
  const plan = planOf(sample.slice(index + 1), columns, fit?.layout);
  return {
    kind: "found",
    format: fit?.layout.format ?? "list",
    confidence: fit?.confidence ?? listConfidence(columns),
    columns: columns.map(({ name }) => name),
    headerIndex: index,
    read: (record) => readRow(record, plan),
  };
}

/** Detects a layout with a mapping. The mapping overrides the detected fields; all other columns are detected as usual. */
function mapped(
  sample: readonly CsvRecord[],
  mapping: Mapping,
  format: Format | undefined,
): Detection {
  const problem = mappingProblem(mapping);
  if (problem !== undefined) return unknown(sample, problem);
  const index = sample.findIndex(({ cells }) => missingColumns(mapping, cells).length === 0);
  if (index === -1) {
    const missing = missingColumns(mapping, headerCells(sample)?.cells ?? []);
    return unknown(
      sample,
      `The file has no column ${missing.map((name) => JSON.stringify(name)).join(", ")}.`,
    );
  }
  const fit = bestHeader(sample.slice(index, index + 1), format)?.fit;
  if (format !== undefined && format !== "list" && fit === undefined) return misfit(sample, format);
  const detection = found(sample, { index, ...defined({ fit }) }, mapping);
  const columns = withMapping(planColumns(sample[index]?.cells ?? [], fit?.layout), mapping);
  return isUsable(columns)
    ? detection
    : unknown(sample, "The columns contain neither a title nor an ISBN.");
}

function withoutHeader(sample: readonly CsvRecord[], format: Format | undefined): Detection {
  const isListWished = format === undefined || format === "list";
  const index = isListWished ? headerOfIsbnList(sample) : undefined;
  if (index !== undefined) {
    const plan = planOf(sample, [ISBN_COLUMN], undefined);
    return {
      kind: "found",
      format: "list",
      confidence: 1,
      columns: [ISBN_COLUMN.name],
      headerIndex: index === -1 ? undefined : index,
      read: (record) => readRow(record, plan),
    };
  }
  if (format !== undefined) return misfit(sample, format);
  return unknown(
    sample,
    "No column was recognised as a title or an ISBN in any supported layout. Use `mapping` to assign fields to the columns.",
  );
}

const misfit = (sample: readonly CsvRecord[], format: Format): Detection =>
  unknown(sample, `The columns do not match the format ${format}.`);

function planOf(
  data: readonly CsvRecord[],
  columns: readonly PlannedColumn[],
  layout: Plan["layout"],
): Plan {
  const conventions = conventionsOf(data, columns, layout);
  return { columns, conventions, ...defined({ layout }) };
}

/** Returns the most likely header: the first record that is not a title line. */
function headerCells(sample: readonly CsvRecord[]): CsvRecord | undefined {
  const filled = sample
    .slice(0, 20)
    .map((record) => record.cells.filter((cell) => !isBlank(cell)).length);
  const most = Math.max(...filled);
  return sample[filled.findIndex((count) => 2 * count >= most)];
}

function unknown(sample: readonly CsvRecord[], why: string): Detection {
  const header = headerCells(sample);
  const foundColumns = (header?.cells ?? [])
    .slice(0, MAX_REPORTED_COLUMNS)
    .map((cell) => cell.trim().slice(0, 100));
  return {
    kind: "unknown",
    foundColumns,
    ...defined({ line: header?.line }),
    why,
  };
}
