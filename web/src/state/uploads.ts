/** The file that is on its way to the service. It goes on while the user looks at other pages. */
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

/** What the user may choose about an import before its file is sent. */
export type UploadOptions = Omit<StartOptions, "name" | "idempotencyKey" | "signal" | "dryRun">;

export interface Upload {
  readonly file: File;
  readonly options: UploadOptions;
  /** The part that was sent, from 0 to 1. */
  readonly sent: number;
}

export interface Uploads {
  /** Undefined if no file is on its way or has failed. */
  readonly upload: ReadonlySignal<Upload | undefined>;
  readonly attempt: Attempt;
  /** The import of this file that still runs or waits for the user; undefined if there is none. */
  runningImportOf(file: File): Promise<ImportSnapshot | undefined>;
  /**
   * Sends a file to be previewed, again and again until it arrives.
   * @returns the id of its import; undefined if it failed or was stopped, see `attempt`
   */
  send(file: File, options: UploadOptions): Promise<string | undefined>;
  stop(): void;
  /** The file of an import, as long as this page is open, and what was chosen for it. */
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

/** The file was changed, moved or deleted after it was chosen: browsers do not read it then. */
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
        // An import that cannot be asked about does not keep the user from importing.
        const job = await deps.get(jobId).catch(() => undefined);
        if (job && (!hasEnded(job) || job.status === "previewed")) return job;
      }
      return undefined;
    },
    async send(file, options) {
      upload.value = { file, options, sent: 0 };
      // One key for all attempts: a file whose answer was lost is one import.
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
