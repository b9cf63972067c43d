import {
  MAX_IMPORT,
  type ImportAccepted,
  type ImportOptions,
} from "../../../../contract/imports.ts";
import type { GuardedAnswer } from "../../../idempotency/domain/once.ts";
import type { Refusal } from "../../../quotas/domain/refusal.ts";
import type { UploadMeter } from "../../../quotas/domain/upload-meter.ts";
import { dataRecords } from "../csv/data-records.ts";
import type { TextDecoders } from "../csv/encoding.ts";
import { readCsv, type CsvReading } from "../csv/read-csv.ts";
import type { CsvRecord, ImportRow } from "../job/row.ts";
import type { FileReading } from "../reading/assumptions.ts";
import { storeCharged, type RowCharges, type StoreOutcome } from "./charged-rows.ts";
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
  /** The hashed network that it comes from. */
  network: string | undefined;
}

/** The final write that turns a staged file into a queued job. */
export interface CompletedUpload extends RowCharges {
  jobId: string;
  userId: string;
  /** The last chunk of its rows. */
  rows: readonly StagedRow[];
  chunk: number;
  totalRows: number;
  /** SHA-256 of the file. */
  fileHash: string;
  /** How the file was read. */
  reading: FileReading;
  /** Hash of its first records. */
  opening: string;
  /** Bytes of all rows as they are stored. */
  bytes: number;
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
    /** Begins a job unless the user has been deleted or as many imports run as may. */
    begin(job: NewJob): Promise<{ kind: "begun" | "gone" } | { kind: "refused"; refusal: Refusal }>;
    /** Stores rows and counts their charges in one transaction. */
    addRows(
      jobId: string,
      chunk: number,
      rows: readonly StagedRow[],
      charged: RowCharges,
    ): Promise<StoreOutcome>;
    /** Runs in one transaction. */
    complete(upload: CompletedUpload): Promise<StoreOutcome>;
    /** Deletes the job if it is incomplete, and gives its charges back. Never throws. */
    discard(jobId: string): Promise<void>;
  };
  /**
   * Opens the meter of an upload, unless the service takes no imports now.
   * @param opening hash of the first records
   */
  openMeter(
    userId: string,
    network: string | undefined,
    opening: string,
  ): Promise<{ kind: "open"; meter: UploadMeter } | { kind: "refused"; refusal: Refusal }>;
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
  /** The hashed network that the request comes from; undefined when it is unknown. */
  network: string | undefined;
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
  /** A quota of the account or the budget of the service does not allow it. */
  | { kind: "refused"; refusal: Refusal }
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
  const csv = await readCsv(upload.bytes, deps);
  if (csv.kind === "refused") {
    return {
      kind: "not_usable",
      text: `This is ${csv.found}. ${csv.remedy}`,
      foundColumns: [],
    };
  }
  const { format, mapping } = upload.options;
  const layout = deps.layouts.detect(csv.sample, { format, mapping });
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
    network: upload.network,
  };
  const opening = await openingOf(csv.sample, deps);
  const opened = await deps.openMeter(upload.userId, upload.network, opening);
  if (opened.kind === "refused") return opened;
  const begun = await deps.staging.begin(job);
  if (begun.kind === "refused") return begun;
  if (begun.kind === "gone") return { kind: "caller_gone" };
  let isAccepted = false;
  try {
    const records = dataRecords(csv.records, layout.headerIndex);
    const reading = readingOf(job, csv);
    const file = { ...layout, records, meter: opened.meter, opening, reading };
    const outcome = await stage(upload, job, file, deps);
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

/** The records by which files of a day are recognised as alike: the header and the first row, which every sample has. */
const OPENING_RECORDS = 2;

async function openingOf(sample: readonly CsvRecord[], { hashAll }: UploadDeps): Promise<string> {
  const text = JSON.stringify(sample.slice(0, OPENING_RECORDS).map(recordKey));
  return (await hashAll([text]))[0] ?? "";
}

/** A file that is being staged. */
interface Staging extends Extract<Detection, { kind: "found" }> {
  records: AsyncIterable<CsvRecord[]>;
  meter: UploadMeter;
  opening: string;
  reading: FileReading;
}

async function stage(
  upload: Upload,
  job: NewJob,
  file: Staging,
  deps: UploadDeps,
): Promise<UploadOutcome> {
  const { jobId, createdAt, format, formatConfidence, columns } = job;
  const { meter } = file;
  let pending: StagedRow[] = [];
  let pendingBytes = 0;
  let chunk = 0;
  let totalRows = 0;
  for await (const batch of file.records) {
    totalRows += batch.length;
    if (totalRows > MAX_IMPORT.rows) return { kind: "too_many_rows" };
    const records = file.restore ? batch.map(file.restore) : batch;
    const hashes = await deps.hashAll(records.map(recordKey));
    for (const [index, record] of records.entries()) {
      const row = stagedRow(record, file.read(record), hashes[index] ?? "");
      const bytes = utf8Length(JSON.stringify(row)) + 1;
      const isFull = pending.length === CHUNK_ROWS || pendingBytes + bytes > CHUNK_BYTES;
      if (isFull && pending.length > 0) {
        const charges = meter.next(pending.length, pendingBytes, deps.now());
        const missed = await storeCharged(meter, charges, (charged) =>
          deps.staging.addRows(jobId, chunk, pending, charged),
        );
        if (missed) return missed;
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
  const at = deps.now();
  const charges = meter.settle(pending.length, pendingBytes, fileHash, at);
  const completed = {
    jobId,
    userId: upload.userId,
    rows: pending,
    chunk,
    totalRows,
    fileHash,
    opening: file.opening,
    bytes: meter.size().bytes,
    reading: file.reading,
    at,
    answer: upload.keepAnswer?.(accepted),
  };
  const missed = await storeCharged(meter, charges, (charged) =>
    deps.staging.complete({ ...completed, ...charged }),
  );
  if (missed) return missed;
  deps.defer(deps.wake(jobId));
  return { kind: "accepted", accepted };
}
