import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { usablePort } from "../scripts/local/port.ts";
import { serve } from "../scripts/local/serve.ts";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import { readWorker } from "../scripts/local/worker.ts";
import type { Catalogue } from "./catalogue.ts";
import type { OperationCounts } from "./operation-counts.ts";
import { buildEntry, type Serving } from "./yardstick.ts";

const ENTRY = join(PROJECT_ROOT, "bench/workers/counted-service/worker.ts");
const HOST = "127.0.0.1";

/** The service with counters around its bindings. */
export interface CountedService extends Serving {
  /** Operations since the last call. */
  takeCounts(): Promise<OperationCounts>;
  /** Runs the scheduled tasks once; they do not run otherwise. */
  runScheduled(): Promise<void>;
  /** Restarts the service on another port, with empty memory caches. */
  restart(): Promise<void>;
}

/** Serves the service's own code with counters around its bindings. Use it for counts, not for times. */
export async function serveCounted(
  env: Readonly<Record<string, string>>,
  catalogue: Catalogue,
): Promise<CountedService> {
  const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-bench-"));
  const bundleDir = join(stateDir, "bundle");
  await buildEntry(ENTRY, join(PROJECT_ROOT, "wrangler.jsonc"), bundleDir);
  catalogue.copyTo(stateDir);
  const worker = { ...readWorker({ ...env, LOG_SAMPLE: "0" }), crons: [] };
  const start = async (): Promise<{ url: string; stop: () => Promise<void> }> => {
    const port = await usablePort(HOST, 0);
    const options = { worker, bundleDir, stateDir, host: HOST, port, onRuntime: () => {} };
    return { url: `http://${HOST}:${port}`, stop: await serve(options) };
  };
  let serving = await start();
  return {
    get url() {
      return serving.url;
    },
    stateDir,
    takeCounts: async () =>
      (await fetch(`${serving.url}/__counts`)).json() as Promise<OperationCounts>,
    async runScheduled() {
      await fetch(`${serving.url}/__scheduled`, { method: "POST" });
    },
    async restart() {
      await serving.stop();
      serving = await start();
    },
    async end() {
      await serving.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
