/**
 * `npm run migrate-kv -- [--dry-run | --resume | --status | --watch | --pause | --cancel]`: moves the old values of KV
 * into D1 and shows how it goes. Ctrl-C ends the watching; the run goes on in the service.
 */
import { parseArgs } from "node:util";
import type { MigrationStatus } from "../../contract/admin.ts";
import { LaunchError } from "../local/launch-error.ts";
import type { AdminClient } from "./admin-client.ts";
import { clientFor, runCommand, SERVICE_HELP, SERVICE_OPTIONS } from "./command.ts";
import { watchRun } from "./progress.ts";

const HELP = `npm run migrate-kv -- [options]

  (none)         start a migration and watch it
  --dry-run      read and transform everything, write no book, say what would happen
  --resume       go on where a run was paused or has failed; a dry run with --dry-run --resume
  --status       print where the latest run stands, as JSON
  --watch        watch the latest run; with --dry-run or --resume, the one that they start
  --pause, --cancel
  --prefix TEXT  keys to migrate (default book:isbn:)
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
    // A run that is on needs no resuming: a service that was killed went on by itself.
    const accepted = values.resume ? [CONFLICT] : [];
    const { status } = await client.call("POST", `migrate-kv-to-d1?${query.toString()}`, accepted);
    if (status === CONFLICT) refuseAnother(await readStatus(client));
  }
  return report(await watchRun(() => readStatus(client), numbersOf));
}

async function readStatus(client: AdminClient): Promise<MigrationStatus> {
  return (await client.call("GET", "migration-status")).body as MigrationStatus;
}

/** @throws LaunchError when what is in the way waits, too, and is not the run that was to go on */
function refuseAnother({ runId, status, dryRun, prefix }: MigrationStatus): void {
  if (status !== "paused") return;
  throw new LaunchError(
    `Run ${runId} is paused: ${dryRun ? "a dry run" : "no dry run"} over the keys ${prefix}*. Resume that one, or --cancel it.`,
  );
}

const numbersOf = ({ migrated, unchanged, skipped, failed }: MigrationStatus) => ({
  migrated,
  unchanged,
  skipped,
  failed,
});

/** Says where a run stands. @returns 0 for one that is whole or was paused, else 1: nobody who watched it wished that */
function report(status: MigrationStatus): number {
  const { listed, dryRun, shapes, reasons, firstFailures, estimatedSeconds, error } = status;
  const sum = Object.entries(numbersOf(status)).map(([name, count]) => `${count} ${name}`);
  console.log(`${dryRun ? "Dry run" : "Run"} ${status.runId ?? ""}: ${status.status}`);
  console.log(`  ${sum.join(" + ")} = ${listed} listed`);
  for (const [title, tally] of Object.entries({ shapes, reasons })) {
    for (const [name, count] of Object.entries(tally)) console.log(`  ${title}: ${name} ${count}`);
  }
  for (const { key, reason } of firstFailures) console.log(`  failed: ${key} (${reason})`);
  if (estimatedSeconds !== undefined) console.log(`  A run takes about ${estimatedSeconds} s.`);
  if (error !== undefined) console.log(`  Last trouble: ${error}`);
  return ["failed", "cancelled", "not_started"].includes(status.status) ? 1 : 0;
}

await runCommand(main);
