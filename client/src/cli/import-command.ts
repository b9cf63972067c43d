import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { hasEnded, type Progress } from "../progress.ts";
import type { ImportRow, ImportSnapshot } from "../schema.ts";
import type { StartOptions } from "../imports.ts";
import { askAssumptions, type ReadingOptions } from "./ask-assumptions.ts";
import { ownAccount, type Context } from "./context.ts";
import { outcomeTable, progressLine } from "./progress-line.ts";
import { unavailableProviders } from "./unavailable-providers.ts";
import { counted, cut, figures, paint, printable, table, type Terminal } from "./terminal.ts";
import { EXIT, UsageError, type ExitCode } from "./usage.ts";

/** Rows that need attention shown on a terminal; `failed.csv` contains all of them. */
const SHOWN_ROWS = 20;
const TITLE_WIDTH = 32;
/** After this long without a change the command shows what it is waiting for. */
const SILENCE_MS = 10_000;

export interface ImportArguments {
  file: string;
  watch: boolean;
  dryRun: boolean;
  enrich: boolean;
  withoutIsbn: "review" | "shelve";
  mode: "merge" | "overwrite";
  key: string | undefined;
  /** The user's choices for reading the file. */
  reading: ReadingOptions;
}

/** Uploads a file, and with `watch` follows its import. */
export async function importFile(request: ImportArguments, context: Context): Promise<ExitCode> {
  const { client, json, terminal, signal } = context;
  ownAccount(context);
  const { file, watch, dryRun, enrich, withoutIsbn, mode, key, reading } = request;
  const options: StartOptions = {
    name: basename(file),
    dryRun,
    enrich,
    withoutIsbn,
    mode,
    ...reading,
    ...(key === undefined ? {} : { idempotencyKey: key }),
    signal,
  };
  // A user who can be asked first sees the assumptions made while reading the file.
  const asksFirst = watch && !dryRun && !json && terminal.ask !== undefined;
  const sent = asksFirst ? { ...options, dryRun: true } : options;
  const accepted = await client.imports.start(await blobOf(file), sent);
  if (json) terminal.out(`${JSON.stringify({ type: "accepted", ...accepted })}\n`);
  const rows = counted(accepted.totalRows, "row");
  const text = `${rows}, read as ${accepted.format}; job ${accepted.jobId}\n`;
  if (watch) {
    if (!json) terminal.err(text);
    if (asksFirst && !(await committed(accepted.jobId, context))) return EXIT.failed;
    return watchImport(accepted.jobId, context, true);
  }
  if (!json) terminal.out(`${text}Follow it with: bookstrack watch ${accepted.jobId}\n`);
  return EXIT.ok;
}

const WHY_UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: "no such file",
  EISDIR: "it is a directory",
  EACCES: "permission denied",
};

async function blobOf(file: string): Promise<Blob> {
  try {
    // Read the whole file first, so that a pipe can be sent again and a file that changes during the upload is sent consistently.
    return new Blob([await readFile(file)], { type: "text/csv" });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = WHY_UNREADABLE[code ?? ""] ?? message;
    throw new UsageError(`${file} cannot be read: ${why}.`, { cause: error });
  }
}

/**
 * Asks about the assumptions of a preview and commits it.
 * @returns `false` if the preview has failed
 */
async function committed(jobId: string, context: Context): Promise<boolean> {
  const { client, terminal, signal } = context;
  terminal.err("Previewing the file ...\n");
  const preview = (await followed(jobId, context, { isAccepted: true, isPreview: true }))?.snapshot;
  if (preview?.status !== "previewed") {
    terminal.err(`${printable(preview?.message ?? "The file could not be previewed.")}\n`);
    return false;
  }
  const { ask } = terminal;
  const options = ask ? await askAssumptions(preview.assumptions ?? [], terminal, ask) : {};
  await client.imports.commit(jobId, { signal, ...chosen(options) });
  return true;
}

/** The options of a commit; without any, the file is not read again. */
const chosen = (options: ReadingOptions): { options?: ReadingOptions } =>
  Object.keys(options).length > 0 ? { options } : {};

/** Commits a preview with the user's choices, and with `watch` follows the import. */
export async function commitPreview(
  { jobId, watch, reading }: { jobId: string; watch: boolean; reading: ReadingOptions },
  context: Context,
): Promise<ExitCode> {
  const { client, json, terminal, signal } = context;
  ownAccount(context);
  const snapshot = await client.imports.commit(jobId, { signal, ...chosen(reading) });
  if (watch) return watchImport(jobId, context, true);
  const text = `${printable(snapshot.message)}\nFollow it with: bookstrack watch ${jobId}\n`;
  terminal.out(json ? `${JSON.stringify({ type: "committed", ...snapshot })}\n` : text);
  return EXIT.ok;
}

/** Follows an import to its end and shows the result. */
export async function watchImport(
  jobId: string,
  context: Context,
  isAccepted = false,
): Promise<ExitCode> {
  const last = await followed(jobId, context, { isAccepted, isPreview: false });
  if (!last) return EXIT.failed;
  await showEnd(last, context);
  return exitCodeOf(last.snapshot);
}

/** Follows an import to its end. @returns its last state; undefined if none was seen */
async function followed(
  jobId: string,
  context: Context,
  { isAccepted, isPreview }: { isAccepted: boolean; isPreview: boolean },
): Promise<Progress | undefined> {
  const { client, json, terminal, signal } = context;
  const line = progressLine(terminal);
  let last: Progress | undefined;
  const wait = async (): Promise<void> => {
    const down = last ? await unavailableProviders(context) : [];
    line.wait(down);
  };
  const timer = json ? undefined : setInterval(() => void wait(), SILENCE_MS);
  try {
    for await (const progress of client.imports.watch(jobId, { isAccepted, signal })) {
      last = progress;
      if (json) terminal.out(`${JSON.stringify({ type: "progress", ...progress })}\n`);
      else if (!isPreview) line.show(progress);
      timer?.refresh();
    }
  } finally {
    clearInterval(timer);
    line.end();
    // A job may not exist if its state was never received.
    if (last ? !hasEnded(last.snapshot) : isAccepted || signal.aborted) {
      terminal.err(
        isPreview
          ? "Nothing has been imported yet. Run the command again.\n"
          : `The import continues in the service. Follow it with: bookstrack watch ${jobId}\n`,
      );
    }
  }
  return last;
}

async function showEnd(last: Progress, context: Context): Promise<void> {
  const { json, terminal, client, signal } = context;
  const { jobId } = last.snapshot;
  if (!json) {
    terminal.out(`${printable(last.snapshot.message)}\n`);
    terminal.out(figures(outcomeTable(last, terminal)));
  }
  const shown: string[][] = [];
  const failed = last.snapshot.outcomes.needsReview + last.snapshot.outcomes.invalid;
  for (const outcome of ["needsReview", "invalid"] as const) {
    if (last.snapshot.outcomes[outcome] === 0) continue;
    for await (const row of client.imports.rows(jobId, { outcome, signal })) {
      if (json) terminal.out(`${JSON.stringify({ type: "failedRow", ...row })}\n`);
      else if (shown.length < SHOWN_ROWS) shown.push(failedRow(row, terminal));
      else break;
    }
    if (shown.length >= SHOWN_ROWS) break;
  }
  terminal.out(table(shown));
  if (!json && failed > shown.length) {
    const all = `bookstrack watch ${jobId} --json`;
    terminal.out(`... and ${failed - shown.length} more. List all with: ${all}\n`);
  }
}

function failedRow({ line, outcome, title, reason }: ImportRow, terminal: Terminal): string[] {
  const kind =
    outcome === "invalid" ? paint("invalid", "red", terminal) : paint("review", "yellow", terminal);
  const name = cut(printable(title ?? ""), TITLE_WIDTH);
  return [`line ${line}`, kind, name, printable(reason?.text ?? "")];
}

function exitCodeOf({ status, outcomes }: ImportSnapshot): ExitCode {
  if (status === "failed" || status === "cancelled") return EXIT.failed;
  return outcomes.needsReview + outcomes.invalid > 0 ? EXIT.rowsLeft : EXIT.ok;
}
