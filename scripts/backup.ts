/** `npm run backup -- --out FILE`: backs up everything in STATE_DIR, while the service runs or when it is stopped. */
import { parseArgs } from "node:util";
import { makeBackup } from "./backup/make-backup.ts";
import { contentsLine } from "./backup/manifest.ts";
import { backupName } from "./backup/names.ts";
import { launchEnv } from "./local/dev-vars.ts";
import { stateFolder } from "./local/settings.ts";
import { runCommand } from "./migration/command.ts";

const HELP = `npm run backup -- [options]

  --out FILE     the backup (default: bookstrack-<time>.tar.gz); an existing file is replaced once the new one is verified
  STATE_DIR is the folder of the service, as for npm start. The service may be running.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { out: { type: "string" }, help: { type: "boolean", default: false } },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const path = values.out ?? backupName(new Date());
  const { manifest, bytes } = await makeBackup(stateFolder(launchEnv()), path);
  console.log(`${path} (${(bytes / 1e6).toFixed(1)} MB), verified: ${contentsLine(manifest)}`);
  return 0;
}

await runCommand(main);
