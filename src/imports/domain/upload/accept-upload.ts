import type { ImportAccepted, ImportOptions } from "../../../../contract/imports.ts";
import type { GuardedAnswer } from "../../../idempotency/domain/once.ts";
import { dataRecords } from "../csv/data-records.ts";
import type { TextDecoders } from "../csv/text-decoders.ts";
import { readCsv, type CsvReading } from "../csv/read-csv.ts";
import type { CsvRecord } from "../job/row.ts";
import type { Detection } from "../layouts/detect.ts";
import { isKnownName } from "../layouts/synonyms.ts";
import type { FileReading, ReadingOptions } from "../reading/assumptions.ts";
import { stageRows, type StagedFile } from "./stage-rows.ts";
import type { StagedRow } from "./staged-row.ts";
import { defined } from "../../../platform/defined.ts";
import { isoTime } from "../../../platform/time.ts";

/** Detects the layout of a file. */
export interface Layouts {
  detect(sample: readonly CsvRecord[], options: ReadingOptions): Detection;
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
    /** Returns the rows of a chunk; undefined when the job has been deleted. */
    rowsOf(jobId: string, chunk: number): Promise<readonly StagedRow[] | undefined>;
    /** Replaces the rows of a chunk. Returns `false` when the job has been deleted. */
    replaceRows(jobId: string, chunk: number, rows: readonly StagedRow[]): Promise<boolean>;
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
  /** The `charset` that came with the file. */
  charset?: string | undefined;
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
  | "jobId"
  | "format"
  | "formatConfidence"
  | "encoding"
  | "encodingConfidence"
  | "totalRows"
  | "createdAt"
>;

export type UploadOutcome =
  | { kind: "accepted"; accepted: Accepted }
  /** `text` describes what was found and what is expected. */
  | { kind: "not_usable"; text: string; foundColumns: string[]; line?: number }
  | { kind: "too_many_rows" }
  /** The user was deleted. */
  | { kind: "caller_gone" };

/**
 * Accepts a file as a job. Rows are parsed and stored while the bytes arrive, and stay invisible until the last one is
 * stored. An upload that fails earlier leaves nothing behind.
 */
export async function acceptUpload(upload: Upload, deps: UploadDeps): Promise<UploadOutcome> {
  const { decoders } = deps;
  const hints = { chosen: upload.options.encoding, declared: upload.charset, isKnownName };
  const reading = await readCsv(upload.bytes, { decoders, hints });
  if (reading.kind === "refused") {
    return {
      kind: "not_usable",
      text: `This is ${reading.found}. ${reading.remedy}`,
      foundColumns: [],
    };
  }
  const layout = deps.layouts.detect(reading.sample, upload.options);
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
    const staged = await stageRows(job.jobId, { ...layout, records }, deps);
    if (staged.kind !== "staged") return staged;
    const outcome = await complete(upload, job, staged, reading, deps);
    isAccepted = outcome.kind === "accepted";
    return outcome;
  } finally {
    if (!isAccepted) await deps.staging.discard(job.jobId);
  }
}

async function complete(
  upload: Upload,
  job: NewJob,
  { rows, chunk, totalRows, assumptions, foreignRows }: StagedFile,
  { encoding: { encoding, confidence } }: Extract<CsvReading, { kind: "csv" }>,
  deps: UploadDeps,
): Promise<UploadOutcome> {
  const { jobId, createdAt, format, formatConfidence } = job;
  const encodingConfidence = confidence;
  const accepted: Accepted = {
    jobId,
    format,
    formatConfidence,
    encoding,
    encodingConfidence,
    totalRows,
    createdAt: isoTime(createdAt),
  };
  const { options } = upload;
  const reading: FileReading = {
    format,
    formatConfidence,
    encoding,
    encodingConfidence,
    assumptions: [
      {
        kind: "format",
        value: format,
        confidence: options.format === undefined ? formatConfidence : 1,
        rows: totalRows,
        samples: [],
      },
      { kind: "encoding", value: encoding, confidence, ...foreignRows },
      ...assumptions,
    ],
  };
  const fileHash = await upload.fileHash();
  await deps.watch(jobId);
  const answer = upload.keepAnswer?.(accepted);
  const at = deps.now();
  const completed = { jobId, rows, chunk, totalRows, fileHash, reading, at, answer };
  if (!(await deps.staging.complete(completed))) return { kind: "caller_gone" };
  deps.defer(deps.wake(jobId));
  return { kind: "accepted", accepted };
}
