/** The file being uploaded. The upload continues while the user is on other pages. */
import { signal, type ReadonlySignal } from "@preact/signals";
import {
  hasEnded,
  type ImportAccepted,
  type ImportSnapshot,
  type StartOptions,
} from "../../../client/src/index.ts";
import { newKey } from "../../../client/src/new-key.ts";
import { createAttempt, type Attempt } from "./attempt.ts";
import { printOf, sentFilesOf, withSent, type SentFile } from "./file-print.ts";

/** Options of an import that the user can set before its file is sent. */
export type UploadOptions = Omit<StartOptions, "name" | "idempotencyKey" | "signal" | "dryRun">;

export interface Upload {
  readonly file: File;
  readonly options: UploadOptions;
  /** The fraction sent so far, from 0 to 1. */
  readonly sent: number;
}

export interface Uploads {
  /** Undefined if no file is being uploaded or has failed. */
  readonly upload: ReadonlySignal<Upload | undefined>;
  readonly attempt: Attempt;
  /** The import of this file that is still running or waiting for the user, if any. */
  runningImportOf(file: File): Promise<ImportSnapshot | undefined>;
  /**
   * Sends a file to be previewed, with retries.
   * @returns the id of its import; undefined if it failed or was stopped; see `attempt`
   */
  send(file: File, options: UploadOptions): Promise<string | undefined>;
  stop(): void;
  /** The file of an import with its options, as long as this page is open. */
  sentOf(jobId: string): { file: File; options: UploadOptions } | undefined;
  /** The name of an import's file, if this device sent it. */
  nameOf(jobId: string): string | undefined;
}

export interface UploadsDeps {
  /** Sends a file once. */
  start(
    file: File,
    options: StartOptions,
    onProgress: (sent: number, total: number) => void,
  ): Promise<ImportAccepted>;
  get(jobId: string): Promise<ImportSnapshot>;
  read(): unknown;
  write(files: readonly SentFile[]): void;
  attempt?: Attempt;
}

/** The file was changed, moved or deleted after it was chosen, so the browser cannot read it. */
export class UnreadableFileError extends Error {
  override readonly name = "UnreadableFileError";
}

export function createUploads(deps: UploadsDeps): Uploads {
  const upload = signal<Upload | undefined>(undefined);
  const attempt = deps.attempt ?? createAttempt();
  const files = new Map<string, { file: File; options: UploadOptions }>();

  const remember = async (file: File, jobId: string): Promise<void> => {
    const print = await printOf(file);
    deps.write(withSent(sentFilesOf(deps.read()), { print, jobId, name: file.name }));
  };

  return {
    upload,
    attempt,
    async runningImportOf(file) {
      const print = await printOf(file);
      const same = sentFilesOf(deps.read()).filter((sent) => sent.print === print);
      for (const { jobId } of same) {
        // A failed request for an earlier import does not prevent the user from importing.
        const job = await deps.get(jobId).catch(() => undefined);
        if (job && (!hasEnded(job) || job.status === "previewed")) return job;
      }
      return undefined;
    },
    async send(file, options) {
      upload.value = { file, options, sent: 0 };
      // One key for all attempts, so that a file is imported once even if a response was lost.
      const idempotencyKey = newKey();
      const accepted = await attempt.run(async (signal) => {
        await readable(file);
        return deps.start(
          file,
          { ...options, name: file.name, dryRun: true, idempotencyKey, signal },
          (sent, total) => {
            upload.value = { file, options, sent: total > 0 ? sent / total : 0 };
          },
        );
      });
      if (accepted === undefined) return undefined;
      const { jobId } = accepted;
      files.set(jobId, { file, options });
      await remember(file, jobId).catch(() => undefined);
      upload.value = undefined;
      return jobId;
    },
    stop() {
      attempt.stop();
      upload.value = undefined;
    },
    sentOf: (jobId) => files.get(jobId),
    nameOf: (jobId) => sentFilesOf(deps.read()).find((sent) => sent.jobId === jobId)?.name,
  };
}

async function readable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (error) {
    throw new UnreadableFileError("The file cannot be read.", { cause: error });
  }
}
