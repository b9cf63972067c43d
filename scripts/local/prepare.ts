import { counted } from "../../src/platform/counted.ts";
import type { WorkerDescription } from "./build/description.ts";
import { applyMigrations, pendingMigrations, refuseNewerState } from "./migrations.ts";
import { logSettings } from "./console-lines.ts";
import { prebuilt, type Prebuilt } from "./prebuilt.ts";
import { localRuntime, type LocalRuntime } from "./runtime.ts";
import { localWorker } from "./worker.ts";

/** Options of `prepareState`. */
export interface PrepareOptions {
  readonly stateDir: string;
  /** Overrides vars and secrets of the Worker. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal?: AbortSignal;
  /** Called before each long phase with a line to print. */
  readonly onPhase?: (line: string) => void;
  /** See `RuntimeOptions`. */
  readonly onRuntime?: () => void;
}

/** A state folder with an up-to-date database, and a runtime for it that is not serving yet. */
export interface PreparedState {
  readonly bundleDir: string;
  /** Folder with the files of the web app. */
  readonly webDir: string;
  readonly description: WorkerDescription;
  readonly runtime: LocalRuntime;
  /** Whether a proxy passes the addresses of callers. */
  readonly knowsAddresses: boolean;
  /** Whether a contact is sent to the providers. */
  readonly hasContact: boolean;
}

/**
 * Builds the Worker and the web app or reuses their last builds, and migrates the local database.
 * @throws LaunchError if a build fails, the configuration is invalid, the database belongs to a
 * newer version, or a migration fails
 */
export async function prepareState(options: PrepareOptions): Promise<PreparedState> {
  const { stateDir, env, signal, onPhase, onRuntime } = options;
  const logging = logSettings(env, process.stdout.isTTY);
  const { bundleDir, webDir, description } = prebuilt() ?? (await built(options));
  const worker = localWorker(description, env);
  const runtime = localRuntime(worker, { stateDir, logging, onRuntime });
  const prepared = {
    bundleDir,
    webDir,
    description,
    runtime,
    knowsAddresses: worker.knowsAddresses,
    hasContact: worker.hasContact,
  };
  refuseNewerState(stateDir, description.database);
  const pending = pendingMigrations(stateDir, description.database);
  if (pending.length === 0) return prepared;
  onPhase?.(`Updating the database (${counted(pending.length, "migration")}) ...`);
  try {
    await applyMigrations(await runtime.openDatabase(), description.database, signal);
    return prepared;
  } catch (error) {
    await runtime.stop();
    throw error;
  }
}

/** A distribution builds nothing, so the code for builds is loaded only in a checkout. */
async function built({ stateDir, signal, onPhase }: PrepareOptions): Promise<Prebuilt> {
  const [{ builtWorker }, { ensureWeb }] = await Promise.all([
    import("./build/build-worker.ts"),
    import("./build/build-web.ts"),
  ]);
  const building = (what: string) => ({
    stateDir,
    onBuild: () => onPhase?.(`Building ${what} ...`),
    ...(signal ? { signal } : {}),
  });
  const [worker, webDir] = await Promise.all([
    builtWorker(building("the Worker")),
    ensureWeb(building("the web app")),
  ]);
  return { ...worker, webDir };
}
