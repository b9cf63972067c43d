/**
 * `npm run migrate-kv -- [--dry-run | --resume | --status | --watch | --pause | --cancel]`: migrates the old values from KV
 * to D1 and shows the progress. Ctrl-C stops watching; the run continues in the service.
 */
import { parseArgs } from "node:util";
import type { MigrationStatus } from "../../contract/kv-migration.ts";
import { LaunchError } from "../local/launch-error.ts";
import type { AdminClient } from "./admin-client.ts";
import { clientFor, runCommand, SERVICE_HELP, SERVICE_OPTIONS } from "./command.ts";
import { watchRun } from "./progress.ts";

const HELP = `npm run migrate-kv -- [options]

  (none)         start a migration and watch it
  --dry-run      read and transform everything without writing books, and report the result
  --resume       resume a paused or failed run; a dry run with --dry-run --resume
  --status       print the status of the latest run as JSON
  --watch        watch the latest run; with --dry-run or --resume, the run that they start
  --pause, --cancel
  --prefix TEXT  keys to migrate (default: book:isbn:)
${SERVICE_HELP}`;

const CONFLICT = 409;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...SERVICE_OPTIONS,
      "dry-run": { type: "boolean" },
      resume: { type: "boolean" },
      status: { type: "boolean" },
      watch: { type: "boolean" },
      pause: { type: "boolean" },
      cancel: { type: "boolean" },
      prefix: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const client = clientFor(values.url);
  if (values.status) {
    console.log(JSON.stringify(await readStatus(client), undefined, 2));
    return 0;
  }
  if (values.pause || values.cancel) {
    await client.call("POST", `migration/${values.pause ? "pause" : "cancel"}`);
    report(await readStatus(client));
    return 0;
  }
  const starts = values["dry-run"] || values.resume || !values.watch;
  if (starts) {
    const query = new URLSearchParams({
      dryRun: String(values["dry-run"] ?? false),
      resume: String(values.resume ?? false),
      ...(values.prefix === undefined ? {} : { prefix: values.prefix }),
    });
    // A running run needs no resume: the service continues it automatically after a crash.
    const accepted = values.resume ? [CONFLICT] : [];
    const { status } = await client.call("POST", `migrate-kv-to-d1?${query.toString()}`, accepted);
    if (status === CONFLICT) rejectOtherRun(await readStatus(client));
  }
  return report(await watchRun(() => readStatus(client), numbersOf));
}

async function readStatus(client: AdminClient): Promise<MigrationStatus> {
  return (await client.call("GET", "migration-status")).body as MigrationStatus;
}

/** @throws LaunchError if the conflicting run is paused: it has to be resumed or cancelled first */
function rejectOtherRun({ runId, status, dryRun, prefix }: MigrationStatus): void {
  if (status !== "paused") return;
  throw new LaunchError(
    `Run ${runId} is paused: ${dryRun ? "a dry run" : "a full run"} over the keys ${prefix}*. --resume or --cancel it first.`,
  );
}

const numbersOf = ({ migrated, unchanged, skipped, failed }: MigrationStatus) => ({
  migrated,
  unchanged,
  skipped,
  failed,
});

/** Prints the state of a run. @returns the exit code: 1 for a run that failed, was cancelled or never started, else 0 */
function report(status: MigrationStatus): number {
  const { listed, dryRun, shapes, reasons, firstFailures, estimatedSeconds, error } = status;
  const sum = Object.entries(numbersOf(status)).map(([name, count]) => `${count} ${name}`);
  console.log(`${dryRun ? "Dry run" : "Run"} ${status.runId ?? ""}: ${status.status}`);
  console.log(`  ${sum.join(" + ")} = ${listed} listed`);
  for (const [title, tally] of Object.entries({ shapes, reasons })) {
    for (const [name, count] of Object.entries(tally)) console.log(`  ${title}: ${name} ${count}`);
  }
  for (const { key, reason } of firstFailures) console.log(`  failed: ${key} (${reason})`);
  if (estimatedSeconds !== undefined)
    console.log(`  A full run takes about ${estimatedSeconds} s.`);
  if (error !== undefined) console.log(`  Last error: ${error}`);
  return ["failed", "cancelled", "not_started"].includes(status.status) ? 1 : 0;
}

await runCommand(main);
