import { DAY_MS, HOUR_MS, MINUTE_MS } from "../platform/time.ts";
import type { Platform } from "../platform/platform.ts";
import type { ScheduledTask } from "../platform/scheduled.ts";
import {
  acceptUpload,
  type Upload,
  type UploadDeps,
  type UploadOutcome,
} from "./domain/upload/accept-upload.ts";
import type { ReadAgainDeps } from "./domain/upload/read-again.ts";
import { commitReadAgain } from "./storage/read-again.ts";
import { deleteFiles, keepFile, readFile, sweepFiles, sweepOrphans } from "./storage/files.ts";
import { d1ImportStaging } from "./storage/staging.ts";
import { d1Errors } from "../platform/d1/database.ts";
import { turnTaker } from "./turns.ts";

/** Retention of the file of a preview, the same as of the preview itself. */
const FILE_RETENTION_MS = 7 * DAY_MS;

/** Accepts an upload. The file of a preview is stored while it is read, so that it can be read again with other options. */
export async function acceptAndKeep(
  upload: Upload,
  deps: UploadDeps,
  { env, log, now, newId }: Pick<Platform, "env" | "log" | "now" | "newId">,
): Promise<UploadOutcome> {
  if (!upload.options.dryRun) return acceptUpload(upload, deps);
  const jobId = newId();
  const file = keepFile(env.FILES, jobId, upload.bytes, log);
  let isUsed = false;
  const newIds = [jobId];
  try {
    const outcome = await acceptUpload(
      { ...upload, bytes: file.bytes },
      {
        ...deps,
        newId: () => newIds.shift() ?? newId(),
        staging: {
          ...deps.staging,
          complete: (completed) =>
            deps.staging.complete({
              ...completed,
              ...(file.isKept() ? { fileUntil: now() + FILE_RETENTION_MS } : {}),
            }),
        },
      },
    );
    isUsed = outcome.kind === "accepted";
    return outcome;
  } finally {
    if (!isUsed && file.isKept()) await dropFile({ env, log })(jobId);
  }
}

/** Deletes the file of a preview. A failure is logged: the scheduled sweep deletes it later. */
export function dropFile({
  env,
  log,
}: Pick<Platform, "env" | "log">): (jobId: string) => Promise<void> {
  return async (jobId) => {
    try {
      await deleteFiles(env.FILES, [jobId]);
    } catch (error) {
      log.error("import_file_not_deleted", { jobId, error });
    }
  };
}

const NO_CHARGES = { charges: [], total: [] };

/**
 * Ports for reading the file of a preview again. Its rows are stored without charges, because the
 * commit is charged.
 */
export function readAgainDeps(
  { env, log, now, newId, defer }: Pick<Platform, "env" | "log" | "now" | "newId" | "defer">,
  { decoders, layouts, hashAll }: Pick<UploadDeps, "decoders" | "layouts" | "hashAll">,
): Omit<ReadAgainDeps, "chargesOf"> {
  const stamps = { newId, newTicketKey: newId, now };
  const staging = d1ImportStaging(env.DB, stamps, { openImports: undefined }, log);
  const { write } = d1Errors(log);
  const takeTurn = turnTaker({ env, log, newId, defer });
  return {
    decoders,
    layouts,
    hashAll,
    takeTurn,
    newId,
    now,
    fileOf: (jobId) => readFile(env.FILES, jobId),
    staging: {
      ...staging,
      begin: async (job) => (await staging.begin(job)).kind === "begun",
      addRows: async (jobId, chunk, rows) =>
        (await staging.addRows(jobId, chunk, rows, NO_CHARGES)).kind === "stored",
    },
    commit: (reading) => write(commitReadAgain(env.DB, reading, newId())),
  };
}

/** Sweeps of kept files. */
export function fileTasks({
  env,
  now,
}: Pick<Platform, "env" | "now">): Readonly<Record<string, ScheduledTask>> {
  return {
    sweep_import_files: () => sweepFiles({ db: env.DB, bucket: env.FILES }, now()),
    // Once an hour, because listing a bucket is billed.
    sweep_orphaned_files: async () =>
      now() % HOUR_MS < MINUTE_MS ? sweepOrphans(env.FILES, now() - FILE_RETENTION_MS - DAY_MS) : 0,
  };
}
