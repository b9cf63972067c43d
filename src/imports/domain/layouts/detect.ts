import type { CsvRecord, ImportRow } from "../job/row.ts";
import type { ReadingOptions } from "../reading/assumptions.ts";
import { fileReader, fixedReader, type FileReader } from "../reading/file-reader.ts";
import { isArchive, isRecord } from "../csv/parse-lines.ts";
import { isExportedRecord } from "../csv/parse-objects.ts";
import { ARCHIVE_COLUMN, archiveProblem, columnOfLines, readArchiveLine } from "./archive.ts";
import { isBlank } from "./cells.ts";
import { FORMATS, isFormat, type Format } from "./formats.ts";
import { restorer } from "./given-back.ts";
import { looksLikeBook, shapeOf } from "./headerless.ts";
import type { Layout } from "./layout.ts";
import {
  isByPosition,
  mappingProblem,
  missingColumns,
  withMapping,
  withPositions,
} from "./mapping.ts";
import { isOwnHeader, ownReader } from "./own.ts";
import { headerOfIsbnList, ISBN_COLUMN } from "./plain-list.ts";
import { isUsable, planColumns, type PlannedColumn } from "./plan.ts";
import { bestHeader, listConfidence, type Header } from "./score.ts";
import { isForeignName } from "./synonyms.ts";
import { defined } from "../../../platform/defined.ts";

/** The detected layout of a file and the reader of its records. */
export type Detection =
  | {
      kind: "found";
      format: Format;
      /** From 0 to 1. */
      confidence: number;
      /** Unique column names; the keys of `raw` of a row. */
      columns: string[];
      /**
       * Position of the header in the sample, after any title lines; undefined if the file has no
       * header.
       */
      headerIndex: number | undefined;
      reader: FileReader;
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
export function detectLayout(sample: readonly CsvRecord[], wishes: ReadingOptions): Detection {
  const [first = ""] = sample[0]?.cells ?? [];
  if (isArchive(first)) return archive(first);
  if (isRecord(first) || isExportedRecord(first)) return records();
  const lines = columnOfLines(sample[0]?.cells ?? []);
  if (lines !== -1) return failedLines(sample[0]?.cells ?? [], lines);
  const restore = restorer(sample);
  if (restore === undefined) return detect(sample, wishes);
  const detection = detect(sample.map(restore), wishes);
  return detection.kind === "found" ? { ...detection, restore } : detection;
}

function archive(header: string): Detection {
  const why = archiveProblem(header);
  if (why !== undefined) return { kind: "unknown", foundColumns: [], line: 1, why };
  return {
    kind: "found",
    format: "bookstrack-archive",
    confidence: 1,
    columns: [ARCHIVE_COLUMN],
    headerIndex: 0,
    reader: fixedReader(readArchiveLine),
  };
}

/** An NDJSON or JSON export of this service. */
function records(): Detection {
  return {
    kind: "found",
    format: "bookstrack",
    confidence: 1,
    columns: [ARCHIVE_COLUMN],
    headerIndex: undefined,
    reader: fixedReader(readArchiveLine),
  };
}

/** The failed rows of an import of such a file. @param place the column with the lines */
function failedLines(header: readonly string[], place: number): Detection {
  const read = (record: CsvRecord): ImportRow =>
    readArchiveLine({ ...record, cells: [record.cells[place] ?? ""] });
  return {
    kind: "found",
    format: "bookstrack-archive",
    confidence: 1,
    columns: [...header],
    headerIndex: 0,
    reader: fixedReader(read),
  };
}

const CUT_OFF = "The export is cut off before the end of its first book. Download it again.";

function detect(sample: readonly CsvRecord[], options: ReadingOptions): Detection {
  const { format, mapping } = options;
  if (sample.every(({ cells }) => cells.every(isBlank))) {
    const isCutOff = sample.some(({ damage }) => damage === "ARCHIVE_INCOMPLETE");
    return unknown(sample, isCutOff ? CUT_OFF : "The file is empty.");
  }
  if (format !== undefined && !isFormat(format)) {
    return unknown(
      sample,
      `${JSON.stringify(format)} is not a known format. The formats are ${FORMATS.join(", ")}.`,
    );
  }
  if (mapping !== undefined && Object.keys(mapping).length > 0) {
    const problem = mappingProblem(mapping);
    if (problem !== undefined) return unknown(sample, problem);
    return isByPosition(mapping, sample)
      ? positioned(sample, mapping, options)
      : mapped(sample, mapping, options);
  }
  const header = bestHeader(sample, format);
  if (header === undefined) return withoutHeader(sample, options);
  // The cells of a book may happen to be column names.
  const isShaped =
    header.fit === undefined && format === undefined && shapeOf(sample) !== undefined;
  if (isShaped) return withoutHeader(sample, options);
  return found(sample, header, options);
}

/** A file with known columns. */
interface Found {
  format: Format;
  confidence: number;
  layout?: Layout | undefined;
  columns: readonly PlannedColumn[];
  headerIndex: number | undefined;
}

function foundBy(
  sample: readonly CsvRecord[],
  { format, confidence, layout, columns, headerIndex }: Found,
  options: ReadingOptions,
): Detection {
  const isForeign = columns.some(({ name }) => isForeignName(name));
  const data = sample.slice((headerIndex ?? -1) + 1);
  return {
    kind: "found",
    format,
    confidence,
    columns: columns.map(({ name }) => name),
    headerIndex,
    reader: fileReader(data, { layout, confidence, columns, isForeign }, options),
  };
}

function found(
  sample: readonly CsvRecord[],
  { index, fit }: Header,
  options: ReadingOptions,
): Detection {
  const cells = sample[index]?.cells ?? [];
  const mapping = options.mapping ?? {};
  const isMapped = Object.keys(mapping).length > 0;
  if (isOwnHeader(cells) && !isMapped) {
    const { columns, read } = ownReader(cells);
    const reader = fixedReader(read);
    return {
      kind: "found",
      format: "bookstrack",
      confidence: 1,
      columns,
      headerIndex: index,
      reader,
    };
  }
  const layout = fit?.layout;
  const columns = withMapping(planColumns(cells, layout), mapping);
  if (!isMapped && mayHaveUnknownTitle(columns)) {
    return unknown(
      sample,
      'No column was recognised as the title. Use `mapping` to name it, as in {"Werk": "title"}.',
    );
  }
  const confidence = fit?.confidence ?? listConfidence(columns);
  const format = layout?.format ?? "list";
  return foundBy(sample, { format, confidence, layout, columns, headerIndex: index }, options);
}

/** Whether a file lacks a title column but has an unknown column that may be the title. */
function mayHaveUnknownTitle(columns: readonly PlannedColumn[]): boolean {
  const isNamed = columns.some(({ field }) => field === "title" || field === "openLibrary");
  return !isNamed && columns.some(({ isKnown }) => !isKnown);
}

/** Detects a layout with a mapping. The mapping overrides the detected fields; all other columns are detected as usual. */
function mapped(
  sample: readonly CsvRecord[],
  mapping: NonNullable<ReadingOptions["mapping"]>,
  options: ReadingOptions,
): Detection {
  const format = options.format as Format | undefined;
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
  const columns = withMapping(planColumns(sample[index]?.cells ?? [], fit?.layout), mapping);
  return isUsable(columns)
    ? found(sample, { index, ...defined({ fit }) }, options)
    : unknown(sample, NO_BOOK);
}

const NO_BOOK = "The columns contain neither a title nor an ISBN.";

/** Detects a layout whose columns the caller names by position, with or without a header. */
function positioned(
  sample: readonly CsvRecord[],
  mapping: NonNullable<ReadingOptions["mapping"]>,
  options: ReadingOptions,
): Detection {
  const { columns, headerIndex, missing } = withPositions(sample, mapping);
  if (missing !== undefined) return unknown(sample, `The file has no column ${missing}.`);
  if (!isUsable(columns)) return unknown(sample, NO_BOOK);
  return foundBy(sample, { format: "list", confidence: 1, columns, headerIndex }, options);
}

function withoutHeader(sample: readonly CsvRecord[], options: ReadingOptions): Detection {
  const { format } = options;
  const index = format === undefined || format === "list" ? headerOfIsbnList(sample) : undefined;
  if (index !== undefined) {
    const headerIndex = index === -1 ? undefined : index;
    const list = { format: "list" as const, confidence: 1, columns: [ISBN_COLUMN], headerIndex };
    return foundBy(sample, list, options);
  }
  const shape = shapeOf(sample);
  if (shape !== undefined && (format === undefined || format === shape.layout.format)) {
    const { layout, columns } = shape;
    const known = { format: layout.format, confidence: 0.8, layout, columns };
    return foundBy(sample, { ...known, headerIndex: undefined }, options);
  }
  if (format !== undefined) return misfit(sample, format);
  return unknown(
    sample,
    sample.slice(0, 1).some(looksLikeBook)
      ? 'The header line is missing: the first line is a book. Add a line with the names of the columns, or name them by position with `mapping`, as in {"1": "title", "2": "authors"}.'
      : unrecognised(sample),
  );
}

function unrecognised(sample: readonly CsvRecord[]): string {
  const { cells = [] } = headerCells(sample) ?? {};
  const title = planColumns(cells, undefined).find(({ field }) => field === "title");
  return title === undefined
    ? "No column was recognised as a title or an ISBN in any supported layout. Use `mapping` to assign fields to the columns."
    : `Only the column ${JSON.stringify(title.name)} was recognised, which is too little to be certain that this line names the columns. Use \`mapping\` to confirm it, as in ${JSON.stringify({ [title.name]: "title" })}.`;
}

const misfit = (sample: readonly CsvRecord[], format: string): Detection =>
  unknown(sample, `The columns do not match the format ${format}.`);

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
