import type { GuardedAnswer } from "../../../idempotency/domain/once.ts";
import type { Charge } from "../../../quotas/domain/charge.ts";
import type { Refusal } from "../../../quotas/domain/refusal.ts";
import type { WorkDue } from "../../../quotas/domain/work-charges.ts";
import { defined } from "../../../platform/defined.ts";
import { dataRecords } from "../csv/data-records.ts";
import { readCsv } from "../csv/read-csv.ts";
import type { Charged, KeepJobAnswer } from "../job/actions.ts";
import { committed, type WorkedJob } from "../job/transitions.ts";
import { isKnownName } from "../layouts/synonyms.ts";
import type { FileReading, ReadingOptions } from "../reading/assumptions.ts";
import type { NewJob, UploadDeps } from "./accept-upload.ts";
import { inTurn } from "../turns/turn.ts";
import { firstPieceRead } from "./in-pieces.ts";
import { limitsOf } from "./file-limits.ts";
import { fileReadingOf } from "./file-reading.ts";
import { stageRows, type StagedFile } from "./stage-rows.ts";
import type { StagedRow } from "./staged-row.ts";

/** A preview that is committed with the rows of a second reading of its file. */
export interface ReadAgain {
  job: WorkedJob;
  next: WorkedJob;
  /** The invisible job that the rows were stored under, except those of the last chunk. */
  from: string;
  rows: readonly StagedRow[];
  file: FileReading & { columns: readonly string[]; totalRows: number; chunks: number };
  answer: GuardedAnswer | undefined;
  /** Counted in the committing transaction. */
  charges: readonly Charge[];
}

/** Ports of `readAgain`. */
export interface ReadAgainDeps extends Pick<
  UploadDeps,
  "decoders" | "layouts" | "hashAll" | "takeTurn" | "newId" | "now"
> {
  /** Reads the bytes of a preview; undefined when they are no longer kept. */
  fileOf(jobId: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /**
   * The charges of the commit, including those for rows that the upload did not have, or why the
   * commit is refused.
   */
  chargesOf(due: WorkDue): Promise<Charged>;
  /**
   * Rows of an invisible job, as in an upload but without charges: the commit is charged for what
   * the upload has not paid for.
   */
  staging: Pick<UploadDeps["staging"], "rowsOf" | "replaceRows" | "discard"> & {
    /** Returns `false` when the user has been deleted. */
    begin(job: NewJob): Promise<boolean>;
    /** Returns `false` when the job has been deleted. */
    addRows(jobId: string, chunk: number, rows: readonly StagedRow[]): Promise<boolean>;
  };
  /** Runs in one transaction. Returns `false` and writes nothing if the job has changed since it was read. */
  commit(reading: ReadAgain): Promise<boolean>;
}

export type ReadAgainOutcome =
  | { kind: "committed"; job: WorkedJob }
  /** The file is no longer kept. */
  | { kind: "file_gone" }
  | { kind: "not_usable"; text: string; foundColumns: string[]; line?: number }
  /** The charges of the rows do not fit. */
  | { kind: "full"; refusal: Refusal }
  | { kind: "contended" };

/**
 * Reads the file of a preview again with other options and commits it. The rows are stored under a
 * separate, invisible job and replace those of the preview in the committing transaction, so a
 * crash before that leaves the preview unchanged.
 */
export async function readAgain(
  input: { job: WorkedJob; options: ReadingOptions; keepAnswer: KeepJobAnswer },
  deps: ReadAgainDeps,
): Promise<ReadAgainOutcome> {
  const { job, options, keepAnswer } = input;
  const kept = await deps.fileOf(job.jobId);
  if (kept === undefined) return { kind: "file_gone" };
  const { decoders, takeTurn } = deps;
  const hints = { chosen: options.encoding, declared: undefined, isKnownName };
  const pieces = await firstPieceRead(kept);
  const csv = await inTurn(job.userId, takeTurn, () => readCsv(pieces, { decoders, hints }));
  if (csv.kind === "refused") {
    return { kind: "not_usable", text: `This is ${csv.found}. ${csv.remedy}`, foundColumns: [] };
  }
  const layout = deps.layouts.detect(csv.sample, options);
  if (layout.kind === "unknown") {
    const { why, foundColumns, line } = layout;
    return { kind: "not_usable", text: why, foundColumns, ...defined({ line }) };
  }
  const { format, confidence: formatConfidence, columns } = layout;
  const from = deps.newId();
  const begun = await deps.staging.begin({
    jobId: from,
    userId: job.userId,
    options: {
      ...options,
      mode: job.mode,
      dryRun: true,
      enrich: job.enrich,
      withoutIsbn: job.withoutIsbn,
    },
    format,
    formatConfidence,
    columns,
    createdAt: deps.now(),
    network: undefined,
  });
  if (!begun) return { kind: "contended" };
  let isCommitted = false;
  let bytes = 0;
  try {
    const records = dataRecords(csv.records, layout.headerIndex);
    const staged = await stageRows(
      { jobId: from, userId: job.userId },
      { ...layout, records, maxRows: limitsOf(format).rows },
      {
        ...deps,
        async store(chunk, rows, size) {
          bytes += size;
          const isStored = await deps.staging.addRows(from, chunk, rows);
          return isStored ? undefined : { kind: "caller_gone" };
        },
      },
    );
    if (staged.kind !== "staged") return unusable(staged);
    const reading = fileReadingOf({ ...layout, options, encoding: csv.encoding }, staged);
    const file = { ...reading, columns, totalRows: staged.totalRows, chunks: staged.chunk + 1 };
    const next = nextOf(job, file, deps.now());
    const { rows } = staged;
    const charged = await deps.chargesOf(dueOf(job, file.totalRows, bytes + staged.bytes));
    if (charged.kind === "refused") return { kind: "full", refusal: charged.refusal };
    const { charges } = charged;
    const answer = keepAnswer(next);
    isCommitted = await inTurn(job.userId, takeTurn, () =>
      deps.commit({ job, next, from, rows, file, answer, charges }),
    );
    return isCommitted ? { kind: "committed", job: next } : { kind: "contended" };
  } finally {
    if (!isCommitted) await deps.staging.discard(from);
  }
}

/**
 * What a commit is charged for. Rows that the preview did not have are charged with their share of
 * the bytes.
 */
function dueOf(preview: WorkedJob, rows: number, bytes: number): WorkDue {
  const added = Math.max(0, rows - preview.totalRows);
  const part = added / Math.max(1, rows);
  return { work: "commit", rows, added: { rows: added, bytes: Math.ceil(bytes * part) } };
}

/** The committed job with the values of the second reading. */
function nextOf(job: WorkedJob, file: ReadAgain["file"], at: number): WorkedJob {
  return { ...committed(job, at), ...file, columns: file.columns };
}

function unusable(
  staged: Exclude<Awaited<ReturnType<typeof stageRows>>, StagedFile>,
): ReadAgainOutcome {
  switch (staged.kind) {
    case "not_usable":
      return staged;
    case "too_many_rows":
      return {
        kind: "not_usable",
        text: "Read with these options, the file has more rows than an import may have.",
        foundColumns: [],
      };
    case "caller_gone":
    case "refused":
      return { kind: "contended" };
  }
}
