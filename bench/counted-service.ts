import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtWorker } from "../scripts/local/build/build-worker.ts";
import { usablePort } from "../scripts/local/port.ts";
import { localRuntime } from "../scripts/local/runtime.ts";
import { PROJECT_ROOT } from "../scripts/local/settings.ts";
import { localWorker } from "../scripts/local/worker.ts";
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
  const { description } = await builtWorker({ stateDir });
  const worker = localWorker({ ...description, crons: [] }, { ...env, LOG_SAMPLE: "0" });
  const runtime = localRuntime(worker, { stateDir, logging: { format: "json", level: "info" } });
  const start = async (): Promise<string> => {
    const port = await usablePort(HOST, 0);
    await runtime.serve({ bundleDir, host: HOST, port });
    return `http://${HOST}:${port}`;
  };
  let url = await start();
  return {
    get url() {
      return url;
    },
    stateDir,
    takeCounts: async () => (await fetch(`${url}/__counts`)).json() as Promise<OperationCounts>,
    async runScheduled() {
      await fetch(`${url}/__scheduled`, { method: "POST" });
    },
    async restart() {
      await runtime.stop();
      url = await start();
    },
    async end() {
      await runtime.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
