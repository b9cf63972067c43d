import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Json } from "miniflare";
import { convertV4MiniflareOptions, Miniflare } from "../scripts/local/miniflare.ts";
import { WEB_DIST } from "../scripts/local/build/build-web.ts";
import { builtWorker } from "../scripts/local/build/build-worker.ts";
import { STATE_MARK } from "../scripts/local/processes.ts";
import { usablePort } from "../scripts/local/port.ts";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import { wranglerArgs, wranglerEnv } from "../scripts/local/wrangler.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Served } from "./load.ts";

const run = promisify(execFile);
const WORKERS = join(PROJECT_ROOT, "bench/workers");
const HOST = "127.0.0.1";

/** The Workers that serve as baselines. */
export type Yardstick =
  | "bare"
  | "bare-hono"
  | "d1-books"
  | "d1-bulk"
  | "d1-select"
  | "d1-and-kv"
  | "d1-search"
  | "kv-migration"
  | "miss-calls"
  | "relevance";

/** A running server, and the function that stops it. */
export type Serving = Served & { end: () => Promise<void> };

/** Serves a yardstick on a direct socket. With a catalogue it gets the service's `DB` and an empty `BOOK_CACHE`. */
export async function serveYardstick(
  worker: Yardstick,
  vars: Readonly<Record<string, unknown>>,
  catalogue?: Catalogue,
): Promise<Serving> {
  const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-bench-"));
  const bundleDir = join(stateDir, "bundle");
  const config = join(WORKERS, "wrangler.jsonc");
  await buildEntry(join(WORKERS, `${worker}.ts`), config, bundleDir);
  catalogue?.copyTo(stateDir);
  const port = await usablePort(HOST, 0);
  const { d1Databases, kvNamespaces } = (await builtWorker({ stateDir })).description.options;
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      modules: [{ type: "ESModule", path: join(bundleDir, `${worker}.js`) }],
      modulesRoot: bundleDir,
      compatibilityDate: "2026-10-30",
      bindings: vars as Record<string, Json>,
      ...(catalogue && d1Databases && kvNamespaces ? { d1Databases, kvNamespaces } : {}),
      unsafeDirectSockets: [{ host: HOST, port }],
      unsafeRuntimeEnv: { [STATE_MARK]: stateDir },
      cf: false,
    }),
    resourcePersistencePath: join(stateDir, "v3"),
  });
  await miniflare.ready;
  return {
    url: `http://${HOST}:${port}`,
    stateDir,
    async end() {
      await miniflare.dispose();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** Bundles an entry point as a deployment with this configuration would. */
export async function buildEntry(entry: string, config: string, outDir: string): Promise<void> {
  // wrangler refuses to build without the folder of the assets.
  mkdirSync(WEB_DIST, { recursive: true });
  const args = ["deploy", entry, "--config", config, "--dry-run", "--outdir", outDir];
  await run(process.execPath, wranglerArgs(args), { env: wranglerEnv(outDir) });
}
