/** Builds the web app into a folder, as `ensureWeb` does when an input has changed. */
import { join } from "node:path";
import { build } from "vite";
import { PROJECT_ROOT } from "./local/settings.ts";

const [outDir = ""] = process.argv.slice(2);
await build({
  configFile: join(PROJECT_ROOT, "web/vite.config.ts"),
  logLevel: "warn",
  build: { outDir, emptyOutDir: true },
});
