import {
  MAX_IMPORT,
  type ImportAccepted,
  type ImportOptions,
} from "../../../../contract/imports.ts";
import type { GuardedAnswer } from "../../../idempotency/domain/once.ts";
import { dataRecords } from "../csv/data-records.ts";
import type { TextDecoders } from "../csv/encoding.ts";
import { readCsv } from "../csv/read-csv.ts";
import type { CsvRecord, ImportRow } from "../job/row.ts";
import { stagedRow, type StagedRow } from "./staged-row.ts";
import { utf8Length } from "./utf8-length.ts";

/** What a file was found to be. */
export type Detection =
  | {
      kind: "found";
      format: string;
      /** From 0 to 1. */
      confidence: number;
      columns: string[];
      /** The header's place in the sample, from 0. */
      headerIndex: number | undefined;
      read(record: CsvRecord): ImportRow;
      /** What a record is to be before it is read; absent where it is taken as it stands. */
      restore?: (record: CsvRecord) => CsvRecord;
    }
  | { kind: "unknown"; foundColumns: string[]; line?: number; why: string };

/** Recognises the layout of a file. */
export interface Layouts {
  detect(
    sample: readonly CsvRecord[],
    wishes: { format?: string | undefined; mapping?: Readonly<Record<string, string>> | undefined },
  ): Detection;
}

/** A job before its rows are there. */
export interface NewJob {
  jobId: string;
  userId: string;
  options: ImportOptions;
  format: string;
  formatConfidence: number;
  columns: readonly string[];
  /** ms since the epoch. */
  createdAt: number;
}

/** What makes a staged file a job that runs. */
export interface CompletedUpload {
  jobId: string;
  /** The last chunk of its rows. */
  rows: readonly StagedRow[];
  chunk: number;
  totalRows: number;
  /** SHA-256 of the file. */
  fileHash: string;
  /** ms since the epoch. */
  at: number;
  answer: GuardedAnswer | undefined;
}

export interface UploadDeps {
  decoders: TextDecoders;
  layouts: Layouts;
  /** A strong hash of each text, in hex. */
  hashAll(texts: readonly string[]): Promise<string[]>;
  /** Jobs that nobody sees before they are complete. All but `discard` throw DomainError DATABASE_UNAVAILABLE. */
  staging: {
    /** False when the user is deleted. */
    begin(job: NewJob): Promise<boolean>;
    /** False when the job is gone. */
    addRows(jobId: string, chunk: number, rows: readonly StagedRow[]): Promise<boolean>;
    /** One transaction. False when the job is gone. */
    complete(upload: CompletedUpload): Promise<boolean>;
    /** Takes away what is not complete. Never throws. */
    discard(jobId: string): Promise<void>;
  };
  /** Has the job looked after from now on, whatever becomes of this request. Never throws. */
  watch(jobId: string): Promise<void>;
  /** Has the job worked at now. Never throws. */
  wake(jobId: string): Promise<void>;
  defer(work: Promise<unknown>): void;
  newId(): string;
  now(): number;
}

/** A file on its way in. */
export interface Upload {
  userId: string;
  options: ImportOptions;
  /** The file; what this throws comes out of `acceptUpload`. */
  bytes: AsyncIterable<Uint8Array>;
  /** SHA-256 of `bytes`, once they were all read. */
  hash(): Promise<string>;
  /** Called once, with what is then answered; what it gives is stored along with the job. */
  keepAnswer?(accepted: Accepted): GuardedAnswer | undefined;
}

/** A job that runs from now on. */
export type Accepted = Pick<
  ImportAccepted,
  "jobId" | "format" | "formatConfidence" | "totalRows" | "createdAt"
>;

export type UploadOutcome =
  | { kind: "accepted"; accepted: Accepted }
  /** `text` says what was found, and what would be right. */
  | { kind: "not_usable"; text: string; foundColumns: string[]; line?: number }
  | { kind: "too_many_rows" }
  /** The user was deleted. */
  | { kind: "caller_gone" };

/** A chunk is what one step of the job takes. */
const CHUNK_ROWS = 1000;
const CHUNK_BYTES = 1_000_000;

/**
 * Takes a file in as a job: rows are read and stored as the bytes come in, and nobody sees them before the last one is
 * there. Whatever ends it before leaves nothing.
 */
export async function acceptUpload(upload: Upload, deps: UploadDeps): Promise<UploadOutcome> {
  const reading = await readCsv(upload.bytes, deps);
  if (reading.kind === "refused") {
    return {
      kind: "not_usable",
      text: `This is ${reading.found}. ${reading.remedy}`,
      foundColumns: [],
    };
  }
  const { format, mapping } = upload.options;
  const layout = deps.layouts.detect(reading.sample, { format, mapping });
  if (layout.kind === "unknown") {
    const { why, foundColumns, line } = layout;
    return { kind: "not_usable", text: why, foundColumns, ...(line === undefined ? {} : { line }) };
  }
  const job: NewJob = {
    jobId: deps.newId(),
    userId: upload.userId,
    options: upload.options,
    format: layout.format,
    formatConfidence: layout.confidence,
    columns: layout.columns,
    createdAt: deps.now(),
  };
  if (!(await deps.staging.begin(job))) return { kind: "caller_gone" };
  let isKept = false;
  try {
    const records = dataRecords(reading.records, layout.headerIndex);
    const outcome = await stage(upload, job, { ...layout, records }, deps);
    isKept = outcome.kind === "accepted";
    return outcome;
  } finally {
    if (!isKept) await deps.staging.discard(job.jobId);
  }
}

/** What a record is known by when it comes again: blank cells at its end say nothing. */
function knownBy({ cells }: CsvRecord): string {
  return JSON.stringify(cells.slice(0, cells.findLastIndex((cell) => cell !== "") + 1));
}

async function stage(
  upload: Upload,
  job: NewJob,
  layout: Extract<Detection, { kind: "found" }> & { records: AsyncIterable<CsvRecord[]> },
  deps: UploadDeps,
): Promise<UploadOutcome> {
  const { jobId, createdAt, format, formatConfidence, columns } = job;
  let held: StagedRow[] = [];
  let heldBytes = 0;
  let chunk = 0;
  let totalRows = 0;
  for await (const given of layout.records) {
    totalRows += given.length;
    if (totalRows > MAX_IMPORT.rows) return { kind: "too_many_rows" };
    const records = layout.restore ? given.map(layout.restore) : given;
    const hashes = await deps.hashAll(records.map(knownBy));
    for (const [index, record] of records.entries()) {
      const row = stagedRow(record, layout.read(record), hashes[index] ?? "");
      const bytes = utf8Length(JSON.stringify(row)) + 1;
      if (held.length === CHUNK_ROWS || (heldBytes + bytes > CHUNK_BYTES && held.length > 0)) {
        if (!(await deps.staging.addRows(jobId, chunk, held))) return { kind: "caller_gone" };
        chunk += 1;
        held = [];
        heldBytes = 0;
      }
      held.push(row);
      heldBytes += bytes;
    }
  }
  if (totalRows === 0) {
    const text = "The file has a header and no rows: there is nothing to import.";
    return { kind: "not_usable", text, foundColumns: [...columns] };
  }
  const accepted: Accepted = {
    jobId,
    format,
    formatConfidence,
    totalRows,
    createdAt: new Date(createdAt).toISOString(),
  };
  const fileHash = await upload.hash();
  await deps.watch(jobId);
  const answer = upload.keepAnswer?.(accepted);
  const at = deps.now();
  const completed = { jobId, rows: held, chunk, totalRows, fileHash, at, answer };
  if (!(await deps.staging.complete(completed))) return { kind: "caller_gone" };
  deps.defer(deps.wake(jobId));
  return { kind: "accepted", accepted };
}
