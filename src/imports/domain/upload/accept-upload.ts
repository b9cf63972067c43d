import {
  MAX_IMPORT,
  type ImportAccepted,
  type ImportOptions,
} from "../../../../contract/imports.ts";
import type { GuardedAnswer } from "../../../idempotency/domain/once.ts";
import { dataRecords } from "../csv/data-records.ts";
import type { TextDecoders } from "../csv/encoding.ts";
import { readCsv, type CsvReading } from "../csv/read-csv.ts";
import type { CsvRecord, ImportRow } from "../job/row.ts";
import type { FileReading } from "../reading/assumptions.ts";
import { stagedRow, type StagedRow } from "./staged-row.ts";
import { utf8Length } from "./utf8-length.ts";
import { defined } from "../../../platform/defined.ts";
import { isoTime } from "../../../platform/time.ts";

/** The result of layout detection. */
export type Detection =
  | {
      kind: "found";
      format: string;
      /** From 0 to 1. */
      confidence: number;
      columns: string[];
      /** Position of the header in the sample, from 0; undefined when there is none. */
      headerIndex: number | undefined;
      read(record: CsvRecord): ImportRow;
      /** Repairs a record before it is hashed and read; absent when records need no repair. */
      restore?: (record: CsvRecord) => CsvRecord;
    }
  | { kind: "unknown"; foundColumns: string[]; line?: number; why: string };

/** Detects the layout of a file. */
export interface Layouts {
  detect(
    sample: readonly CsvRecord[],
    wishes: { format?: string | undefined; mapping?: Readonly<Record<string, string>> | undefined },
  ): Detection;
}

/** A job whose rows are not stored yet. */
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

/** The final write that turns a staged file into a queued job. */
export interface CompletedUpload {
  jobId: string;
  /** The last chunk of its rows. */
  rows: readonly StagedRow[];
  chunk: number;
  totalRows: number;
  /** SHA-256 of the file. */
  fileHash: string;
  /** How the file was read. */
  reading: FileReading;
  /** ms since the epoch. */
  at: number;
  answer: GuardedAnswer | undefined;
}

export interface UploadDeps {
  decoders: TextDecoders;
  layouts: Layouts;
  /** Returns a cryptographic hash of each text, in hex. */
  hashAll(texts: readonly string[]): Promise<string[]>;
  /** Jobs that are invisible until they are complete. All but `discard` throw DomainError DATABASE_UNAVAILABLE. */
  staging: {
    /** Returns `false` when the user has been deleted. */
    begin(job: NewJob): Promise<boolean>;
    /** Returns `false` when the job has been deleted. */
    addRows(jobId: string, chunk: number, rows: readonly StagedRow[]): Promise<boolean>;
    /** Runs in one transaction. Returns `false` when the job has been deleted. */
    complete(upload: CompletedUpload): Promise<boolean>;
    /** Deletes the job if it is incomplete. Never throws. */
    discard(jobId: string): Promise<void>;
  };
  /** Sets the job's alarm, so that the job is processed even if this request fails. Never throws. */
  watch(jobId: string): Promise<void>;
  /** Starts work on the job immediately. Never throws. */
  wake(jobId: string): Promise<void>;
  defer(work: Promise<unknown>): void;
  newId(): string;
  now(): number;
}

/** An upload in progress. */
export interface Upload {
  userId: string;
  options: ImportOptions;
  /** The file. `acceptUpload` rethrows any error of this iterable. */
  bytes: AsyncIterable<Uint8Array>;
  /** Returns the SHA-256 of `bytes` after all of them have been read. */
  fileHash(): Promise<string>;
  /** Called once with the accepted job; the returned response is stored in the same transaction as the job. */
  keepAnswer?(accepted: Accepted): GuardedAnswer | undefined;
}

/** An accepted job. */
export type Accepted = Pick<
  ImportAccepted,
  "jobId" | "format" | "formatConfidence" | "totalRows" | "createdAt"
>;

export type UploadOutcome =
  | { kind: "accepted"; accepted: Accepted }
  /** `text` describes what was found and what is expected. */
  | { kind: "not_usable"; text: string; foundColumns: string[]; line?: number }
  | { kind: "too_many_rows" }
  /** The user was deleted. */
  | { kind: "caller_gone" };

/** Limits of a chunk; one step of the job processes one chunk. */
const CHUNK_ROWS = 1000;
const CHUNK_BYTES = 1_000_000;

/**
 * Accepts a file as a job. Rows are parsed and stored while the bytes arrive, and stay invisible until the last one is
 * stored. An upload that fails earlier leaves nothing behind.
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
    return { kind: "not_usable", text: why, foundColumns, ...defined({ line }) };
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
  let isAccepted = false;
  try {
    const records = dataRecords(reading.records, layout.headerIndex);
    const outcome = await stage(upload, job, { ...layout, records }, readingOf(job, reading), deps);
    isAccepted = outcome.kind === "accepted";
    return outcome;
  } finally {
    if (!isAccepted) await deps.staging.discard(job.jobId);
  }
}

function readingOf(
  { format, formatConfidence }: NewJob,
  { encoding }: Extract<CsvReading, { kind: "csv" }>,
): FileReading {
  return { format, formatConfidence, encoding, encodingConfidence: 1, assumptions: [] };
}

/** Returns the text by which a repeated record is recognised. Trailing blank cells are ignored. */
function recordKey({ cells }: CsvRecord): string {
  return JSON.stringify(cells.slice(0, cells.findLastIndex((cell) => cell !== "") + 1));
}

async function stage(
  upload: Upload,
  job: NewJob,
  layout: Extract<Detection, { kind: "found" }> & { records: AsyncIterable<CsvRecord[]> },
  reading: FileReading,
  deps: UploadDeps,
): Promise<UploadOutcome> {
  const { jobId, createdAt, format, formatConfidence, columns } = job;
  let pending: StagedRow[] = [];
  let pendingBytes = 0;
  let chunk = 0;
  let totalRows = 0;
  for await (const batch of layout.records) {
    totalRows += batch.length;
    if (totalRows > MAX_IMPORT.rows) return { kind: "too_many_rows" };
    const records = layout.restore ? batch.map(layout.restore) : batch;
    const hashes = await deps.hashAll(records.map(recordKey));
    for (const [index, record] of records.entries()) {
      const row = stagedRow(record, layout.read(record), hashes[index] ?? "");
      const bytes = utf8Length(JSON.stringify(row)) + 1;
      const isFull = pending.length === CHUNK_ROWS || pendingBytes + bytes > CHUNK_BYTES;
      if (isFull && pending.length > 0) {
        if (!(await deps.staging.addRows(jobId, chunk, pending))) return { kind: "caller_gone" };
        chunk += 1;
        pending = [];
        pendingBytes = 0;
      }
      pending.push(row);
      pendingBytes += bytes;
    }
  }
  if (totalRows === 0) {
    const text = "The file has a header but no rows, so there is nothing to import.";
    return { kind: "not_usable", text, foundColumns: [...columns] };
  }
  const accepted: Accepted = {
    jobId,
    format,
    formatConfidence,
    totalRows,
    createdAt: isoTime(createdAt),
  };
  const fileHash = await upload.fileHash();
  await deps.watch(jobId);
  const answer = upload.keepAnswer?.(accepted);
  const at = deps.now();
  const completed = { jobId, rows: pending, chunk, totalRows, fileHash, reading, at, answer };
  if (!(await deps.staging.complete(completed))) return { kind: "caller_gone" };
  deps.defer(deps.wake(jobId));
  return { kind: "accepted", accepted };
}
