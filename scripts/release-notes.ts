/** `npm run release:notes -- TAG`: checks that the version of a tag can be released, and prints its notes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { LaunchError } from "./local/launch-error.ts";
import { PROJECT_ROOT } from "./local/settings.ts";
import { runCommand } from "./migration/command.ts";
import { releaseNotes } from "./release/notes.ts";

await runCommand(async () => {
  const [tag] = process.argv.slice(2);
  if (tag === undefined) throw new LaunchError("Name the tag: npm run release:notes -- v0.1.0");
  const changelog = readFileSync(join(PROJECT_ROOT, "CHANGELOG.md"), "utf8");
  process.stdout.write(releaseNotes(changelog, tag, packageJson.version));
  return 0;
});
