/** `npm run restore -- FILE`: restores a backup of `npm run backup` into STATE_DIR, whose service must be stopped. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { contentsLine } from "./backup/manifest.ts";
import { checkBackup, restoreState } from "./backup/restore-state.ts";
import { launchEnv } from "./local/dev-vars.ts";
import { LaunchError } from "./local/launch-error.ts";
import { migrationFiles } from "./local/migrations.ts";
import { PROJECT_ROOT, stateFolder } from "./local/settings.ts";
import { runCommand } from "./migration/command.ts";

const HELP = `npm run restore -- FILE [options]

  --check        only verify the file
  --replace      move the present data aside, to the folder replaced-<time> in STATE_DIR
  STATE_DIR is the folder of the service, as for npm start. Stop the service first.`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      check: { type: "boolean", default: false },
      replace: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const [path] = positionals;
  if (path === undefined || positionals.length > 1) {
    throw new LaunchError(`Name one backup to restore.\n\n${HELP}`);
  }
  const knownMigrations = migrationFiles(join(PROJECT_ROOT, "migrations"));
  if (values.check) {
    console.log(`${path} is intact: ${contentsLine(await checkBackup(path, knownMigrations))}`);
    return 0;
  }
  const stateDir = stateFolder(launchEnv());
  const { manifest, movedTo, deletedAgain } = await restoreState({
    stateDir,
    path,
    replace: values.replace,
    knownMigrations,
  });
  console.log(`Restored to ${stateDir}: ${contentsLine(manifest)}`);
  if (movedTo !== undefined) {
    console.log(`The previous data is in ${movedTo}. Remove it when you no longer need it.`);
  }
  if (deletedAgain === undefined) {
    console.log(
      "The list of accounts deleted since the backup could not be read, so those accounts exist again (docs/privacy.md).",
    );
  } else if (deletedAgain > 0) {
    console.log(
      deletedAgain === 1
        ? "1 account that was deleted since the backup stays deleted."
        : `${deletedAgain} accounts that were deleted since the backup stay deleted.`,
    );
  }
  return 0;
}

await runCommand(main);
