/**
 * `npm start`: builds the Worker and the web app, brings the local database up to date and serves until Ctrl-C. Environment: `PORT`,
 * `HOST`, `STATE_DIR`, `BACKUP_DIR`, `BACKUP_KEEP`, `LOG_FORMAT`, `LOG_LEVEL`, and every var or secret of the Worker (see src/config.ts). `npm start -- --demo`
 * serves invented books from separate data, without a network.
 */
import "./local/compile-cache.ts";
import { startDailyBackups, type DailyBackups } from "./backup/daily.ts";
import { launchEnv } from "./local/dev-vars.ts";
import { logSettings } from "./local/console-lines.ts";
import { startOptions } from "./local/start-options.ts";
import { prepareState } from "./local/prepare.ts";
import { runLauncher } from "./local/launcher.ts";
import { onUsablePort, usablePort } from "./local/port.ts";
import {
  addressNotice,
  backupSettings,
  contactNotice,
  launchSettings,
  localUrl,
} from "./local/settings.ts";
import { releaseMemory } from "./local/release-memory.ts";
import { lockState } from "./local/state-lock.ts";
import { aborted } from "./local/stop-signal.ts";

async function start(signal: AbortSignal): Promise<void> {
  const { isDemo, logFormat } = startOptions(process.argv.slice(2));
  const env = {
    ...launchEnv(),
    ...(logFormat === undefined ? {} : { LOG_FORMAT: logFormat }),
  };
  const logging = logSettings(env, process.stdout.isTTY);
  const settings = launchSettings(env);
  const { host, port: wanted } = settings;
  const demo = isDemo
    ? await (await import("./demo/demo.ts")).startDemo(settings.stateDir)
    : undefined;
  const { stateDir } = demo ?? settings;
  const backups = demo ? undefined : backupSettings(env);
  const lock = await lockState(stateDir);
  let running: DailyBackups | undefined;
  try {
    // Checked before the build, so that a port in use is reported immediately.
    if (wanted !== 0) await usablePort(host, wanted);
    const { bundleDir, webDir, runtime, knowsAddresses, hasContact } = await prepareState({
      stateDir,
      env: { ...env, ...demo?.env },
      signal,
      onPhase: console.log,
      onRuntime: () => lock.noteChildren(),
    });
    try {
      const { port } = await onUsablePort(host, wanted, (free) =>
        runtime.serve({
          bundleDir,
          webDir,
          host,
          port: free,
          gauges: () => running?.gauges() ?? {},
        }),
      );
      announce(host, port);
      for (const notice of [addressNotice(host, knowsAddresses), contactNotice(hasContact)]) {
        if (notice !== undefined) console.log(`${notice}\n`);
      }
      if (backups) running = startDailyBackups({ ...backups, stateDir, logging });
      if (demo) console.log(await demo.fill(localUrl(host, port), signal));
      releaseMemory();
      await aborted(signal);
    } finally {
      await running?.stop();
      await runtime.stop();
    }
  } finally {
    await demo?.stop();
    lock.release();
  }
}

function announce(host: string, port: number): void {
  const url = localUrl(host, port);
  console.log(`
Ready on ${url}   (Ctrl-C to stop)

Open it in a browser, or use the API:

  curl '${url}/v1/search/isbn?isbn=9780140328721'
  curl '${url}/health'
  curl '${url}/openapi.json'
`);
}

await runLauncher(start);
