/**
 * Import state needed on every page: a dropped file, and the running import. Kept small, because
 * every visit loads it.
 */
import { signal } from "@preact/signals";
import { readStored, removeStored, writeStored } from "./stored.ts";

const KEY = "bookstrack.import";

/** Storage key of unsent decisions about rows in review. */
export const HELD_REVIEWS = "bookstrack.held-reviews";

/** A file that was dropped or chosen, until the import page takes it. */
export const chosenFile = signal<File | undefined>(undefined);

export interface RunningImport {
  readonly jobId: string;
  readonly isDone: boolean;
}

/** The import that this device follows. */
export const runningImport = signal<RunningImport | undefined>(undefined);

/**
 * Follows an import on every page, and at the next visit. `undefined`: the user has seen its end.
 */
export function noteImport(noted: RunningImport | undefined): void {
  const { jobId, isDone } = runningImport.peek() ?? {};
  if (jobId === noted?.jobId && isDone === noted?.isDone) return;
  runningImport.value = noted;
  if (noted === undefined) removeStored(KEY);
  else writeStored(KEY, noted.jobId);
}

/** Resumes following the import of the last visit. Call it once. */
export async function resumeImport(): Promise<void> {
  if (readStored(HELD_REVIEWS) !== undefined) await import("./reviews.ts");
  const jobId = readStored(KEY);
  if (typeof jobId !== "string") return;
  runningImport.value = { jobId, isDone: false };
  const { importJob } = await import("./import-jobs.ts");
  importJob(jobId).follow();
}
