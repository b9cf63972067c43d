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

/** What a caller says of his file. */
export interface Wishes {
  /** One of FORMATS. */
  format?: string | undefined;
  /** MAPPABLE_FIELDS by column of the file. */
  mapping?: Mapping | undefined;
}

/** What a file was found to be, and how its records are read. */
export type Detection =
  | {
      kind: "found";
      format: Format;
      /** From 0 to 1. */
      confidence: number;
      /** Each name once; the names under which `raw` of a row has its cells. */
      columns: string[];
      /** The place of the header in the sample: what is before it are title lines. Absent if the file has none. */
      headerIndex: number | undefined;
      read: (record: CsvRecord) => ImportRow;
      /** What a record is to be before it is read; absent where it is taken as it stands. */
      restore?: (record: CsvRecord) => CsvRecord;
    }
  | {
      kind: "unknown";
      /** What stands where a header was looked for. */
      foundColumns: string[];
      /** Its line in the file. */
      line?: number;
      /** For a person. */
      why: string;
    };

/** A sample with more columns than this is told in part. */
const MAX_SHOWN_COLUMNS = 100;

/**
 * Finds out how a file is laid out: by the set of its columns, wherever they stand and however they are spelt.
 * @param sample the records at the beginning of the file, header and title lines included; some hundred are enough
 */
export function detectLayout(sample: readonly CsvRecord[], wishes: Wishes): Detection {
  const restore = restorer(sample);
  if (restore === undefined) return detect(sample, wishes);
  const detection = detect(sample.map(restore), wishes);
  return detection.kind === "found" ? { ...detection, restore } : detection;
}

function detect(sample: readonly CsvRecord[], { format, mapping }: Wishes): Detection {
  if (sample.every(({ cells }) => cells.every(isBlank)))
    return unknown(sample, "There is nothing in the file.");
  if (format !== undefined && !isFormat(format)) {
    return unknown(
      sample,
      `${JSON.stringify(format)} is no format. The formats are ${FORMATS.join(", ")}.`,
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

/** The caller's mapping goes before what is understood; the rest of the columns is understood as far as it can be. */
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
  const detection = found(sample, { index, ...(fit === undefined ? {} : { fit }) }, mapping);
  const columns = withMapping(planColumns(sample[index]?.cells ?? [], fit?.layout), mapping);
  return isUsable(columns)
    ? detection
    : unknown(sample, "Neither a title nor an ISBN is among the columns.");
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
    "No column is known to hold a title or an ISBN, in any of the layouts that can be read. Say with `mapping` what the columns hold.",
  );
}

const misfit = (sample: readonly CsvRecord[], format: Format): Detection =>
  unknown(sample, `The columns are not those of ${format}.`);

function planOf(
  data: readonly CsvRecord[],
  columns: readonly PlannedColumn[],
  layout: Plan["layout"],
): Plan {
  const conventions = conventionsOf(data, columns, layout);
  return { columns, conventions, ...(layout === undefined ? {} : { layout }) };
}

/** The record in which a person would look for the header: the first that is no title line. */
function headerCells(sample: readonly CsvRecord[]): CsvRecord | undefined {
  const filled = sample
    .slice(0, 20)
    .map((record) => record.cells.filter((cell) => !isBlank(cell)).length);
  const most = Math.max(...filled);
  return sample[filled.findIndex((count) => 2 * count >= most)];
}

function unknown(sample: readonly CsvRecord[], why: string): Detection {
  const header = headerCells(sample);
  const shown = (header?.cells ?? [])
    .slice(0, MAX_SHOWN_COLUMNS)
    .map((cell) => cell.trim().slice(0, 100));
  return {
    kind: "unknown",
    foundColumns: shown,
    ...(header === undefined ? {} : { line: header.line }),
    why,
  };
}
