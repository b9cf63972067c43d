import { dataRecords } from "../../../src/imports/domain/csv/data-records.ts";
import type { TextDecoders } from "../../../src/imports/domain/csv/encoding.ts";
import { readCsv } from "../../../src/imports/domain/csv/read-csv.ts";
import {
  detectLayout,
  type Detection,
  type Wishes,
} from "../../../src/imports/domain/layouts/detect.ts";
import type { ImportRow } from "../../../src/imports/domain/job/row.ts";

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const utf16le = new TextDecoder("utf-16le", { fatal: false, ignoreBOM: true });

const decoders: TextDecoders = {
  utf8(bytes) {
    try {
      return strict.decode(bytes);
    } catch {
      return undefined;
    }
  },
  utf16le: (bytes) => utf16le.decode(bytes),
};

async function* inOnePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Reads a whole file as an import does: the detected layout and the rows. @throws Error if the file is rejected */
export async function readFile(
  file: string | Uint8Array,
  wishes: Wishes = {},
): Promise<{ detection: Detection & { kind: "found" }; rows: ImportRow[] }> {
  const bytes = typeof file === "string" ? new TextEncoder().encode(file) : file;
  const reading = await readCsv(inOnePiece(bytes), { decoders });
  if (reading.kind === "refused") throw new Error(`The file is rejected: ${reading.found}`);
  const detection = detectLayout(reading.sample, wishes);
  if (detection.kind === "unknown") throw new Error(detection.why);
  const rows: ImportRow[] = [];
  for await (const batch of dataRecords(reading.records, detection.headerIndex)) {
    const { restore = (record) => record, read } = detection;
    rows.push(...batch.map((record) => read(restore(record))));
  }
  return { detection, rows };
}
