import { join } from "node:path";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { startCron } from "./cron.ts";
import { listenError } from "./port.ts";
import { STATE_MARK } from "./processes.ts";
import type { LocalWorker } from "./worker.ts";

export interface ServeOptions {
  readonly worker: LocalWorker;
  readonly bundleDir: string;
  readonly stateDir: string;
  readonly host: string;
  readonly port: number;
  /** Called each time that workerd has been started: at first, and again if it crashed. */
  readonly onRuntime: () => void;
}

/** The part of a worker's handle that Miniflare's types lose without the workers-types package. */
interface Scheduled {
  scheduled(event: { cron: string }): Promise<unknown>;
}

/**
 * Serves the built bundle under workerd on a socket of its own, past Miniflare's entry worker (3.5 times the
 * throughput). State lies where wrangler's `--local --persist-to` looks for it.
 * @returns a function that stops it.
 */
export async function serve(options: ServeOptions): Promise<() => Promise<void>> {
  const { worker, stateDir, host, port } = options;
  const miniflareOptions = {
    ...convertV4MiniflareOptions({
      ...worker.miniflare(options.bundleDir),
      unsafeDirectSockets: [{ host, port }],
      log: new Log(LogLevel.WARN),
      handleStructuredLogs: ({ level, message }) =>
        (level === "error" || level === "warn" ? process.stderr : process.stdout).write(
          `${message}\n`,
        ),
      unsafeHandleRuntimeRestart: options.onRuntime,
      unsafeRuntimeEnv: { [STATE_MARK]: stateDir },
      cf: false,
    }),
    resourcePersistencePath: join(stateDir, "v3"),
  };
  const miniflare = keepingSignals(() => new Miniflare(miniflareOptions));
  try {
    await miniflare.ready;
  } catch (error) {
    await miniflare.dispose().catch(() => undefined);
    throw listenError(host, port, error);
  }
  options.onRuntime();
  const stopCron = startCron(worker.crons, async (cron) => {
    // Asked for anew each time: after a crash of the runtime an older handle is dead.
    const handle: unknown = await miniflare.getWorker();
    await (handle as Scheduled).scheduled({ cron });
  });
  return async () => {
    stopCron();
    await miniflare.dispose();
  };
}

/** Miniflare would end the process inside its own signal handlers; whether and how it ends is the launcher's to say. */
function keepingSignals<Created>(create: () => Created): Created {
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const before = signals.map((name) => process.listeners(name));
  const created = create();
  signals.forEach((name, index) => {
    for (const added of process.listeners(name).filter((one) => !before[index]?.includes(one))) {
      process.off(name, added);
    }
  });
  return created;
}
