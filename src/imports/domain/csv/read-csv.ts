import type { CsvRecord } from "../job/row.ts";
import { dialectOf } from "./dialect.ts";
import { decodeText, encodingOf } from "./encoding.ts";
import { binaryFound, otherTextFound, type NotCsv } from "./not-csv.ts";
import { withDoubts } from "./doubts.ts";
import type { EncodingHints, EncodingState, TextDecoders } from "./text-decoders.ts";
import { archiveParser, isArchive, isRecord, recordLineParser } from "./parse-lines.ts";
import { isJsonExport, objectParser } from "./parse-objects.ts";
import { recordParser, type RecordParser } from "./parse-records.ts";
import type { Dialect } from "./scan-record.ts";

/** Bytes from which the encoding and the kind of file are detected. */
const HEAD_BYTES = 4096;
/** Characters from which the dialect is detected. The records that end within them are the sample. */
const SAMPLE_CHARACTERS = 65_536;

export interface ReadCsvDeps {
  decoders: TextDecoders;
  hints: EncodingHints;
}

/** The result of detecting a file's type. */
export type CsvReading =
  | {
      kind: "csv";
      /** The encoding, final once all records have been read. */
      encoding: Readonly<EncodingState>;
      dialect: Dialect;
      /** The first records of the file. */
      sample: readonly CsvRecord[];
      /** All records including the sample, in batches that are read on demand. Can be iterated once. */
      records: AsyncIterable<CsvRecord[]>;
    }
  | ({ kind: "refused" } & NotCsv);

/**
 * Reads a CSV file while it arrives. Rows are numbered from 1 as if there were no header: see `dataRecords`.
 * Memory use is bounded by one record with its look-ahead (about 1 MB) and one incoming piece.
 * @param chunks the bytes in pieces of any size
 * @throws errors of `chunks`, from this call or from iterating `records`
 */
export async function readCsv(
  chunks: AsyncIterable<Uint8Array>,
  { decoders, hints }: ReadCsvDeps,
): Promise<CsvReading> {
  const bytes = chunks[Symbol.asyncIterator]();
  const head = await readBytes(bytes, HEAD_BYTES);
  const binary = binaryFound(head);
  if (binary) return { kind: "refused", ...binary };
  if (hints.chosen !== undefined && decoders.stream(hints.chosen) === undefined) {
    return { kind: "refused", ...unknownEncoding(hints.chosen) };
  }
  const mark = encodingOf(head);
  const state: EncodingState = {
    encoding: mark.encoding,
    confidence: 1,
    isAscii: true,
    isImprobable: false,
    mayBeDamaged: false,
  };
  const texts = decodeText(startingWith(head, bytes), mark, { decoders, hints, state });
  let start = "";
  let isWhole = false;
  while (start.length < SAMPLE_CHARACTERS && !isWhole) {
    const next = await texts.next();
    if (next.done) isWhole = true;
    else start += next.value;
  }
  const own = ownParser(start);
  const other = own ? undefined : otherTextFound(start.slice(0, HEAD_BYTES));
  if (other) return { kind: "refused", ...other };
  const { skip, ...dialect } = dialectOf(start, isWhole, hints.isKnownName);
  const parser = own ?? recordParser(dialect, skip > 0 ? 2 : 1);
  const sample = parser.push(start.slice(skip));
  if (isWhole) sample.push(...parser.end());
  while (sample.length === 0 && !isWhole) {
    const next = await texts.next();
    isWhole = next.done === true;
    sample.push(...(next.done ? parser.end() : parser.push(next.value)));
  }
  if (sample.length === 0) {
    return { kind: "refused", ...(own ? NOTHING_EXPORTED : emptyFound(head, mark.bomBytes)) };
  }
  const rest = isWhole ? undefined : texts;
  return {
    kind: "csv",
    encoding: state,
    dialect,
    sample: withDoubts(sample, state),
    records: all(sample, rest, { parser, state }),
  };
}

async function* all(
  sample: CsvRecord[],
  texts: AsyncIterable<string> | undefined,
  { parser, state }: { parser: RecordParser; state: EncodingState },
): AsyncGenerator<CsvRecord[]> {
  yield withDoubts(sample, state);
  if (texts === undefined) return;
  for await (const text of texts) {
    const records = parser.push(text);
    if (records.length > 0) yield withDoubts(records, state);
  }
  const records = parser.end();
  if (records.length > 0) yield withDoubts(records, state);
}

/** The parser of an export of this service that is not CSV. */
function ownParser(start: string): RecordParser | undefined {
  if (isArchive(start)) return archiveParser();
  if (isRecord(start)) return recordLineParser();
  return isJsonExport(start) ? objectParser() : undefined;
}

const NOTHING_EXPORTED: NotCsv = {
  found: "a JSON export of BooksTrack without books",
  remedy: "There is nothing to import.",
};

function unknownEncoding(label: string): NotCsv {
  return {
    found: `a file with the unknown encoding ${JSON.stringify(label.slice(0, 40))}`,
    remedy: `Use a label of the Encoding Standard, such as ${EXAMPLES.join(", ")}.`,
  };
}

const EXAMPLES = ["utf-8", "windows-1251", "windows-1250", "shift_jis", "gb18030", "macintosh"];

function emptyFound(head: Uint8Array, bomBytes: number): NotCsv {
  const remedy = "Export the list again and check that the file is not empty.";
  if (head.length === 0) return { found: "an empty file", remedy };
  return head.length === bomBytes
    ? { found: "a file with only a byte order mark", remedy }
    : { found: "a file with only blank lines", remedy };
}

/** Reads the first bytes: at least `wanted`, unless the file ends earlier. */
async function readBytes(bytes: AsyncIterator<Uint8Array>, wanted: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let length = 0;
  while (length < wanted) {
    const next = await bytes.next();
    if (next.done) break;
    parts.push(next.value);
    length += next.value.length;
  }
  const head = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    head.set(part, at);
    at += part.length;
  }
  return head;
}

async function* startingWith(
  head: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
