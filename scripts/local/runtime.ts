import { join } from "node:path";
import type { Miniflare as LocalMiniflare, V4WorkerOptions } from "miniflare";
import type { MachineGauges } from "../../src/platform/metrics/machine-gauges.ts";
import { ASSETS, ASSETS_WORKER, assetsWorker } from "./assets-worker.ts";
import { terminalLines, type LogSettings } from "./console-lines.ts";
import { startCron } from "./cron.ts";
import { DATABASE_WORKER, databaseBehind } from "./database-worker.ts";
import type { MigratedDatabase } from "./migrations.ts";
import { convertV4MiniflareOptions, Log, LogLevel, Miniflare, Response } from "./miniflare.ts";
import { listenError } from "./port.ts";
import { STATE_MARK } from "./processes.ts";
import type { LocalWorker } from "./worker.ts";

/** A bundle and the address to serve it on. */
export interface ServeOptions {
  readonly bundleDir: string;
  /**
   * Folder with the files of the web app; without it the service responds as if the app were not
   * deployed.
   */
  readonly webDir?: string;
  readonly host: string;
  readonly port: number;
  /** What `/metrics` shows of this machine. */
  readonly gauges?: () => MachineGauges;
}

/** workerd on a state folder. The files are laid out as wrangler's `--local --persist-to` expects them. */
export interface LocalRuntime {
  /** Starts workerd with only the database, because a running Worker would see the old schema. Call it before `serve`. */
  openDatabase(): Promise<MigratedDatabase>;
  /**
   * Serves a built bundle on a direct socket that bypasses Miniflare's entry worker (3.5 times the throughput). May be called
   * again after a PortTakenError.
   */
  serve(options: ServeOptions): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Path at which Miniflare's entry worker calls the scheduled handler. The service's own address
 * bypasses that worker.
 */
const SCHEDULED = "http://service/cdn-cgi/local/scheduled";

/** Options of `localRuntime`. */
export interface RuntimeOptions {
  readonly stateDir: string;
  readonly logging: LogSettings;
  /** Called whenever workerd has started, including restarts after a crash. */
  readonly onRuntime?: (() => void) | undefined;
}

/** Creates a runtime. workerd starts with the first call of a method. */
export function localRuntime(
  { description, miniflare: workerOptions }: LocalWorker,
  { stateDir, logging, onRuntime = () => {} }: RuntimeOptions,
): LocalRuntime {
  const lineOf = terminalLines(logging);
  const optionsOf = (workers: readonly V4WorkerOptions[]) => ({
    ...convertV4MiniflareOptions({
      workers: [...workers],
      log: new Log(LogLevel.WARN),
      handleStructuredLogs: ({ timestamp, level, message }) => {
        const line = lineOf({ timestamp, level, message });
        if (line === undefined) return;
        const stream = level === "error" || level === "warn" ? process.stderr : process.stdout;
        stream.write(`${line}\n`);
      },
      unsafeHandleRuntimeRestart: onRuntime,
      unsafeRuntimeEnv: { [STATE_MARK]: stateDir },
      cf: false,
      unsafeTriggerHandlers: true,
    }),
    resourcePersistencePath: join(stateDir, "v3"),
  });
  let miniflare: LocalMiniflare | undefined;
  let stopCron = (): void => {};
  const stop = async (): Promise<void> => {
    stopCron();
    const stopped = miniflare;
    miniflare = undefined;
    await stopped?.dispose();
  };
  const run = async (options: ReturnType<typeof optionsOf>): Promise<LocalMiniflare> => {
    try {
      if (miniflare) await miniflare.setOptions(options);
      miniflare ??= keepingSignals(() => new Miniflare(options));
      await miniflare.ready;
    } catch (error) {
      await stop().catch(() => undefined);
      throw error;
    }
    onRuntime();
    return miniflare;
  };
  return {
    async openDatabase() {
      const { id } = description.database;
      const opened = await run(
        optionsOf([{ modules: true, script: DATABASE_WORKER, d1Databases: { DB: { id } } }]),
      );
      return databaseBehind(opened);
    },
    async serve({ bundleDir, webDir, host, port, gauges = () => ({}) }) {
      const service = {
        ...workerOptions(bundleDir),
        unsafeDirectSockets: [{ host, port }],
        serviceBindings: {
          MACHINE: () => Response.json(gauges()),
          ...(webDir === undefined ? {} : { [ASSETS]: ASSETS_WORKER }),
        },
      };
      const workers = webDir === undefined ? [service] : [service, assetsWorker(webDir)];
      const serving = await run(optionsOf(workers)).catch((error: unknown) => {
        throw listenError(host, port, error);
      });
      stopCron = startCron(description.crons, async (cron) => {
        // The handle of `getWorker` would start a thread that keeps 15 MB.
        const response = await serving.dispatchFetch(
          `${SCHEDULED}?${new URLSearchParams({ cron }).toString()}`,
        );
        const outcome = await response.text();
        if (!response.ok) throw new Error(outcome);
      });
    },
    stop,
  };
}

/** Removes the signal handlers that Miniflare adds, because they exit the process. The launcher decides when to exit. */
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
