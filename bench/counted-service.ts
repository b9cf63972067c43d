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

/** The service with its storage operations counted. */
export interface CountedService extends Serving {
  /** What requests did to D1 and KV since the last call. */
  takeCounts(): Promise<OperationCounts>;
}

/** Serves the service's own code with counters around its D1 and KV bindings: for counts, not for times. */
export async function serveCounted(
  env: Readonly<Record<string, string>>,
  catalogue: Catalogue,
): Promise<CountedService> {
  const stateDir = mkdtempSync(join(tmpdir(), "bookstrack-bench-"));
  const bundleDir = join(stateDir, "bundle");
  await buildEntry(ENTRY, join(PROJECT_ROOT, "wrangler.jsonc"), bundleDir);
  catalogue.copyTo(stateDir);
  const port = await usablePort(HOST, 0);
  const worker = readWorker({ ...env, LOG_SAMPLE: "0" });
  const stop = await serve({ worker, bundleDir, stateDir, host: HOST, port, onRuntime: () => {} });
  const url = `http://${HOST}:${port}`;
  return {
    url,
    stateDir,
    takeCounts: async () => (await fetch(`${url}/__counts`)).json() as Promise<OperationCounts>,
    async end() {
      await stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}
