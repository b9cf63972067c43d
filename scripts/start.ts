/**
 * `npm start`: builds the Worker, brings the local database up to date and serves until Ctrl-C. Environment: `PORT`,
 * `HOST`, `STATE_DIR`, and every var or secret of the Worker (see src/config.ts).
 */
import { join } from "node:path";
import { runLauncher } from "./local/launcher.ts";
import { onUsablePort, usablePort } from "./local/port.ts";
import { serve } from "./local/serve.ts";
import { launchSettings, localUrl } from "./local/settings.ts";
import { lockState } from "./local/state-lock.ts";
import { aborted } from "./local/stop-signal.ts";
import { readWorker } from "./local/worker.ts";
import { applyMigrations, buildBundle } from "./local/wrangler.ts";

async function start(signal: AbortSignal): Promise<void> {
  const { host, port: wanted, stateDir } = launchSettings(process.env);
  const worker = readWorker(process.env);
  const lock = await lockState(stateDir);
  try {
    // Said before anything is built.
    if (wanted !== 0) await usablePort(host, wanted);
    // Beside the state rather than in dist/: two services on one checkout must not build over each other.
    const bundleDir = join(stateDir, "bundle");
    await Promise.all([
      buildBundle(stateDir, bundleDir, signal),
      applyMigrations(stateDir, signal),
    ]);
    const onRuntime = (): void => lock.noteChildren();
    const { port, serving: stop } = await onUsablePort(host, wanted, (free) =>
      serve({ worker, bundleDir, stateDir, host, port: free, onRuntime }),
    );
    announce(host, port);
    await aborted(signal);
    await stop();
  } finally {
    lock.release();
  }
}

function announce(host: string, port: number): void {
  const url = localUrl(host, port);
  console.log(`
Ready on ${url}   (Ctrl-C ends it)

  curl '${url}/v1/search/isbn?isbn=9780140328721'
  curl '${url}/health'
  curl '${url}/openapi.json'
`);
}

await runLauncher(start);
