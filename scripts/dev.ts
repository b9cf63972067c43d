/**
 * `npm run dev`: like `npm start`, but under `wrangler dev`, which rebuilds and reloads the Worker whenever a source changes;
 * the web app is rebuilt too.
 * Uses the same environment variables and the same state.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { launchEnv } from "./local/dev-vars.ts";
import { WEB_DIST, WEB_SCRIPT } from "./local/build/build-web.ts";
import { startCron } from "./local/cron.ts";
import { runLauncher } from "./local/launcher.ts";
import { prepareState } from "./local/prepare.ts";
import { usablePort } from "./local/port.ts";
import {
  addressNotice,
  contactNotice,
  launchSettings,
  localUrl,
  PROJECT_ROOT,
} from "./local/settings.ts";
import { lockState } from "./local/state-lock.ts";
import { aborted } from "./local/stop-signal.ts";
import { overrides } from "./local/worker.ts";
import { wranglerArgs, wranglerEnv } from "./local/wrangler.ts";

async function dev(signal: AbortSignal): Promise<void> {
  const { host, port: wanted, stateDir } = launchSettings(launchEnv());
  const lock = await lockState(stateDir);
  try {
    const port = await usablePort(host, wanted);
    const { description, runtime, knowsAddresses, hasContact } = await prepareState({
      stateDir,
      env: process.env,
      signal,
      onPhase: console.log,
    });
    await runtime.stop();
    for (const notice of [addressNotice(host, knowsAddresses), contactNotice(hasContact)]) {
      if (notice !== undefined) console.log(notice);
    }
    const args = [
      "dev",
      `--ip=${host}`,
      `--port=${port}`,
      "--inspector-port=0",
      `--persist-to=${stateDir}`,
      "--show-interactive-dev-session=false",
      // The process list shows these values, which is acceptable on a developer's own machine.
      ...overrides(process.env).flatMap(([name, value]) => ["--var", `${name}:${value}`]),
    ];
    const child = spawn(process.execPath, wranglerArgs(args), {
      cwd: PROJECT_ROOT,
      env: wranglerEnv(stateDir),
      stdio: ["ignore", "inherit", "inherit"],
    });
    const web = spawn(process.execPath, [WEB_SCRIPT, WEB_DIST, "--watch"], {
      cwd: PROJECT_ROOT,
      env: wranglerEnv(stateDir),
      stdio: ["ignore", "inherit", "inherit"],
    });
    lock.noteChildren();
    // wrangler dev does not run cron triggers on schedule.
    const stopCron = startCron(description.crons, async (cron) => {
      const query = new URLSearchParams({ cron });
      await fetch(`${localUrl(host, port)}/cdn-cgi/local/scheduled?${query.toString()}`);
    });
    const ended = once(child, "exit");
    await Promise.race([aborted(signal), ended]);
    stopCron();
    web.kill("SIGTERM");
    child.kill("SIGTERM");
    await ended;
  } finally {
    lock.release();
  }
}

await runLauncher(dev);
