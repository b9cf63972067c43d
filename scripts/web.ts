/**
 * `node scripts/web.ts` brings the build of the web app up to date. Given a folder, it always
 * builds into that folder, which is how `ensureWeb` calls it; with `--watch` after the folder it
 * rebuilds whenever a source changes.
 */
import { join } from "node:path";
import { ensureWeb } from "./local/build/build-web.ts";
import { PROJECT_ROOT } from "./local/settings.ts";

const [outDir, watch] = process.argv.slice(2);
if (outDir === undefined) {
  await ensureWeb({ onBuild: () => console.log("Building the web app ...") });
} else {
  const { build } = await import("vite");
  const isWatching = watch === "--watch";
  await build({
    configFile: join(PROJECT_ROOT, "web/vite.config.ts"),
    logLevel: "warn",
    // A running service continues to serve the chunks of the previous build.
    build: { outDir, emptyOutDir: !isWatching, watch: isWatching ? {} : null },
  });
}
