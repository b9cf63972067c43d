/**
 * `npm run validate-migration`: compares every field of every KV key with its D1 row. Exits with 1 if there is a difference
 * that a newer source does not explain, or if the validation did not complete.
 */
import { parseArgs } from "node:util";
import {
  validateQuerySchema,
  type MigrationErrors,
  type ValidationStatus,
} from "../../contract/kv-migration.ts";
import { LaunchError } from "../local/launch-error.ts";
import type { AdminClient } from "./admin-client.ts";
import { clientFor, runCommand, SERVICE_HELP, SERVICE_OPTIONS } from "./command.ts";
import { watchRun } from "./progress.ts";

const HELP = `npm run validate-migration -- [options]

  --prefix TEXT  keys to compare (default: book:isbn:)
  --all          also list superseded keys, which do not count as differences
${SERVICE_HELP}`;

/** A validation is already running; it is watched. */
const CONFLICT = 409;
/** Maximum number of differences to print; GET /admin/errors returns all of them. */
const SHOWN = 200;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      ...SERVICE_OPTIONS,
      prefix: { type: "string" },
      all: { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const client = clientFor(values.url);
  const { prefix } = validateQuerySchema.parse({ prefix: values.prefix });
  const query = new URLSearchParams({ prefix }).toString();
  await client.call("POST", `validate-migration?${query}`, [CONFLICT]);
  const status = await watchRun(
    async () => (await client.call("GET", "validation-status")).body as ValidationStatus,
    ({ same, superseded, skipped, different }) => ({ same, superseded, skipped, different }),
  );
  if (status.prefix !== prefix) {
    throw new LaunchError(
      `A validation of the keys ${status.prefix}* was already running. Run this command again for ${prefix}*.`,
    );
  }
  await listDifferences(client, status, values.all ?? false);
  const { same, superseded, skipped, different, listed } = status;
  console.log(
    `${same} same + ${superseded} superseded + ${skipped} skipped + ${different} different = ${listed} keys`,
  );
  console.log(status.valid === true ? "Valid: no differences." : `Not valid (${status.status}).`);
  return status.valid === true ? 0 : 1;
}

async function listDifferences(
  client: AdminClient,
  { runId }: ValidationStatus,
  all: boolean,
): Promise<void> {
  if (runId === undefined) return;
  let shown = 0;
  let cursor = "";
  while (shown < SHOWN) {
    const answer = await client.call(
      "GET",
      `errors?kind=validation&runId=${runId}&limit=500${cursor}`,
    );
    const body = answer.body as MigrationErrors;
    for (const { key, reason, differences = [] } of body.items) {
      if ((reason === "superseded" && !all) || shown >= SHOWN) continue;
      shown += 1;
      console.log(`${reason}: ${key}`);
      for (const { field, kv, row } of differences) {
        console.log(`  ${field}: KV ${JSON.stringify(kv)}, D1 ${JSON.stringify(row)}`);
      }
    }
    if (body.nextCursor === undefined) return;
    cursor = `&cursor=${body.nextCursor}`;
  }
}

await runCommand(main);
