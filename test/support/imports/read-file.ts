import { dataRecords } from "../../../src/imports/domain/csv/data-records.ts";
import type { EncodingState } from "../../../src/imports/domain/csv/text-decoders.ts";
import { isKnownName } from "../../../src/imports/domain/layouts/synonyms.ts";
import { decoders } from "./decoders.ts";
import { readCsv } from "../../../src/imports/domain/csv/read-csv.ts";
import { detectLayout, type Detection } from "../../../src/imports/domain/layouts/detect.ts";
import type { CsvRecord, ImportRow } from "../../../src/imports/domain/job/row.ts";
import type {
  Assumption,
  ReadingOptions,
} from "../../../src/imports/domain/reading/assumptions.ts";

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Reads a whole file as an import does: the detected layout and the rows. @throws Error if the file is rejected */
export async function readFile(
  file: string | Uint8Array,
  options: ReadingOptions = {},
): Promise<{
  detection: Detection & { kind: "found" };
  rows: ImportRow[];
  assumptions: Assumption[];
  encoding: EncodingState;
}> {
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  const reading = await readCsv(inOnePiece(bytes), {
    decoders,
    hints: { chosen: options.encoding, isKnownName },
  });
  if (reading.kind === "refused") throw new Error(`The file was rejected: ${reading.found}`);
  const detection = detectLayout(reading.sample, options);
  if (detection.kind === "unknown") throw new Error(detection.why);
  const { restore = (record) => record, reader } = detection;
  const records: CsvRecord[] = [];
  for await (const batch of dataRecords(reading.records, detection.headerIndex)) {
    records.push(...batch.map(restore));
  }
  for (const record of records) reader.observe(record);
  const { read, assumptions } = reader.finish();
  return { detection, rows: records.map(read), assumptions, encoding: reading.encoding };
}
