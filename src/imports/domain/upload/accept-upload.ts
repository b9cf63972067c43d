import type { ImportAccepted, ImportOptions } from "../../../../contract/imports.ts";
import type { GuardedAnswer } from "../../../idempotency/domain/once.ts";
import type { Refusal } from "../../../quotas/domain/refusal.ts";
import type { UploadMeter } from "../../../quotas/domain/upload-meter.ts";
import { dataRecords } from "../csv/data-records.ts";
import type { TextDecoders } from "../csv/text-decoders.ts";
import { readCsv, type CsvReading } from "../csv/read-csv.ts";
import type { CsvRecord } from "../job/row.ts";
import type { Detection } from "../layouts/detect.ts";
import { isKnownName } from "../layouts/synonyms.ts";
import type { FileReading, ReadingOptions } from "../reading/assumptions.ts";
import { inTurn } from "../turns/turn.ts";
import { storeCharged, type RowCharges, type StoreOutcome } from "./charged-rows.ts";
import { limited, limitsOf } from "./file-limits.ts";
import { fileReadingOf } from "./file-reading.ts";
import { firstPieceRead } from "./in-pieces.ts";
import { recordKey, stageRows, type StageDeps, type StagedFile } from "./stage-rows.ts";
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
  /** The hashed network of the request. */
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
  /** Stored bytes of all rows. */
  bytes: number;
  /**
   * Until when the file is kept for a commit with other options, ms since the epoch; absent if it
   * is not kept.
   */
  fileUntil?: number;
  /** ms since the epoch. */
  at: number;
  answer: GuardedAnswer | undefined;
}

export interface UploadDeps extends Pick<StageDeps, "hashAll" | "takeTurn"> {
  decoders: TextDecoders;
  layouts: Layouts;
  /** Jobs that are invisible until they are complete. All but `discard` throw DomainError DATABASE_UNAVAILABLE. */
  staging: StageDeps["staging"] & {
    /**
     * Begins a job unless the user has been deleted or has the maximum number of running imports.
     */
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
   * Opens the meter of an upload, unless the service accepts no imports at the moment.
   * @param opening hash of the first records
   */
  openMeter(
    upload: { userId: string; network: string | undefined; isPreview: boolean },
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
  | { kind: "too_many_rows"; limit: number }
  /** A quota of the account or the budget of the service is used up. */
  | { kind: "refused"; refusal: Refusal }
  /** The user was deleted. */
  | { kind: "caller_gone" };

/** An upload with its job begun, and the reading that its first records suggest. */
interface BegunUpload {
  kind: "begun";
  job: NewJob;
  reading: Extract<CsvReading, { kind: "csv" }>;
  layout: Extract<Detection, { kind: "found" }>;
  meter: UploadMeter;
  opening: string;
}

/**
 * Accepts a file as a job. Rows are parsed and stored while the bytes arrive, and stay invisible
 * until the last one is stored. A failed upload leaves nothing behind.
 */
export async function acceptUpload(upload: Upload, deps: UploadDeps): Promise<UploadOutcome> {
  const { userId } = upload;
  const file = limited(upload.bytes);
  const bytes = await firstPieceRead(file.bytes);
  const begun = await inTurn(userId, deps.takeTurn, () => beginUpload(upload, bytes, deps));
  if (begun.kind !== "begun") return begun;
  const { job, reading, layout, meter } = begun;
  const limits = limitsOf(layout.format);
  file.limitTo(limits.bytes);
  let isAccepted = false;
  try {
    const records = dataRecords(reading.records, layout.headerIndex);
    const { jobId } = job;
    const staged = await stageRows(
      { jobId, userId },
      { ...layout, records, maxRows: limits.rows },
      {
        ...deps,
        store: (chunk, rows, size) =>
          storeCharged(meter, meter.next(rows.length, size, deps.now()), (charged) =>
            deps.staging.addRows(jobId, chunk, rows, charged),
          ),
      },
    );
    if (staged.kind !== "staged") return staged;
    const outcome = await inTurn(userId, deps.takeTurn, () =>
      complete(upload, { ...staged, ...begun }, deps),
    );
    isAccepted = outcome.kind === "accepted";
    return outcome;
  } finally {
    if (!isAccepted) {
      await inTurn(userId, deps.takeTurn, () => deps.staging.discard(job.jobId));
    }
  }
}

async function beginUpload(
  upload: Upload,
  bytes: AsyncIterable<Uint8Array>,
  deps: UploadDeps,
): Promise<BegunUpload | UploadOutcome> {
  const { userId, network, options, charset } = upload;
  const hints = { chosen: options.encoding, declared: charset, isKnownName };
  const reading = await readCsv(bytes, { decoders: deps.decoders, hints });
  if (reading.kind === "refused") {
    const text = `This is ${reading.found}. ${reading.remedy}`;
    return { kind: "not_usable", text, foundColumns: [] };
  }
  const layout = deps.layouts.detect(reading.sample, options);
  if (layout.kind === "unknown") {
    const { why, foundColumns, line } = layout;
    return { kind: "not_usable", text: why, foundColumns, ...defined({ line }) };
  }
  const { format, confidence: formatConfidence, columns } = layout;
  const [jobId, createdAt] = [deps.newId(), deps.now()];
  const job = { jobId, userId, options, format, formatConfidence, columns, createdAt, network };
  const opening = await openingOf(reading.sample, deps);
  const opened = await deps.openMeter({ userId, network, isPreview: options.dryRun }, opening);
  if (opened.kind === "refused") return opened;
  const begun = await deps.staging.begin(job);
  if (begun.kind === "refused") return begun;
  if (begun.kind === "gone") return { kind: "caller_gone" };
  return { kind: "begun", job, reading, layout, meter: opened.meter, opening };
}

/**
 * The number of records that identify similar files of a day: the header and the first row, which
 * every sample has.
 */
const OPENING_RECORDS = 2;

async function openingOf(sample: readonly CsvRecord[], { hashAll }: UploadDeps): Promise<string> {
  const text = JSON.stringify(sample.slice(0, OPENING_RECORDS).map(recordKey));
  return (await hashAll([text]))[0] ?? "";
}

async function complete(
  upload: Upload,
  file: Omit<StagedFile, "kind"> & Omit<BegunUpload, "kind">,
  deps: UploadDeps,
): Promise<UploadOutcome> {
  const { rows, chunk, bytes, totalRows, meter, opening, job } = file;
  const { jobId, createdAt, format, formatConfidence } = job;
  const { encoding, confidence } = file.reading.encoding;
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
  const confidences = { format, confidence: formatConfidence, encoding: { encoding, confidence } };
  const reading = fileReadingOf({ ...confidences, options: upload.options }, file);
  const fileHash = await upload.fileHash();
  await deps.watch(jobId);
  const at = deps.now();
  const charges = meter.settle(rows.length, bytes, fileHash, at);
  const completed = {
    jobId,
    userId: upload.userId,
    rows,
    chunk,
    totalRows,
    fileHash,
    opening,
    bytes: meter.size().bytes,
    reading,
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
