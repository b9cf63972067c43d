import { parse as csvParse } from "csv-parse/sync";
import Papa from "papaparse";
import { inferSchema, initParser } from "udsv";
import { readCsv } from "../../src/imports/domain/csv/read-csv.ts";
import { decoders } from "../../test/support/imports/decoders.ts";

/** Reads a whole file into its rows; the header may be among them. */
export type CsvReader = (bytes: Uint8Array) => Promise<readonly (readonly string[])[]>;

/** Size of a chunk of an upload, in bytes. */
const PIECE = 65_536;

/**
 * The readers, each from bytes to rows, with options to continue after a fault. This service's
 * reader also detects the encoding and the dialect, and reads a stream.
 */
export const CSV_READERS = {
  "this service": async (bytes) => {
    const reading = await readCsv(pieces(bytes), { decoders, hints: { isKnownName: () => false } });
    if (reading.kind === "refused") throw new Error(reading.found);
    const rows: (readonly string[])[] = [];
    for await (const records of reading.records) for (const { cells } of records) rows.push(cells);
    return rows;
  },
  papaparse: async (bytes) =>
    Papa.parse<string[]>(decoded(bytes), { delimiter: ",", skipEmptyLines: true }).data,
  "csv-parse": async (bytes) =>
    csvParse(Buffer.from(bytes), {
      bom: true,
      relax_quotes: true,
      relax_column_count: true,
      skip_empty_lines: true,
    }),
  udsv: async (bytes) => {
    const text = decoded(bytes);
    return initParser(inferSchema(text, { col: ",", row: "\n", encl: '"' })).stringArrs(text);
  },
} as const satisfies Record<string, CsvReader>;

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}
