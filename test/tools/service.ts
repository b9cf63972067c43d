import { spawn, type ChildProcess } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endNow, leftovers } from "../../scripts/local/processes.ts";
import { PROJECT_ROOT } from "../../scripts/local/settings.ts";
import { CONFIG_KEYS } from "../../src/config.ts";

/** Timeouts that only guard against hangs. A machine at a load of 8 takes many times as long as an idle one. */
const READY_WITHIN_MS = 300_000;
const STOP_WITHIN_MS = 120_000;

/** Those of `npm start`. */
const NODE_OPTIONS = ["--max-semi-space-size=1"];

export interface ServiceOptions {
  /** Vars and secrets of the Worker. Those of this process are not inherited. */
  readonly env?: Readonly<Record<string, string>>;
  /** State directory. Default: a temporary one that `stop` removes. */
  readonly stateDir?: string;
  /** Folder to copy into the temporary one. Default: the temporary folder is empty. */
  readonly stateFrom?: string;
  /** `npm` runs `npm start` as a user would. The default runs the same script on this process's Node. */
  readonly through?: "npm" | "node";
  /** The checkout to start. Default: this one. */
  readonly project?: string;
  /** Options of `npm start`, such as `--demo`. */
  readonly args?: readonly string[];
  /** Arguments of Node, in the folder of `project`. Default: the script of `npm start` and its options. */
  readonly nodeArgs?: readonly string[];
}

/** A service in its own process, on a free port, started as by `npm start`. */
export interface ServiceProcess {
  readonly url: string;
  readonly stateDir: string;
  /** The started process: npm, or the launcher. */
  readonly child: ChildProcess;
  /** Everything printed so far, including errors. */
  output(): string;
  /** Stops it as Ctrl-C does, by signalling the whole process group. @returns the exit code */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
  /** Kills all of its processes immediately, like a power cut. */
  kill9(): Promise<void>;
}

/** A service that may not be ready yet. */
export interface StartingService extends Omit<ServiceProcess, "url"> {
  /**
   * Resolves to its address once it serves. Rejects if it exits instead, or takes longer than five
   * minutes.
   */
  readonly ready: Promise<string>;
}

/**
 * Starts the service and waits until it serves.
 * @throws Error with its output if it exits instead, or takes longer than five minutes
 */
export async function startService(options: ServiceOptions = {}): Promise<ServiceProcess> {
  const { ready, ...service } = spawnService(options);
  try {
    return { ...service, url: await ready };
  } catch (error) {
    // If it exited, other processes on this state directory belong to another start.
    const { exitCode, signalCode } = service.child;
    if (exitCode === null && signalCode === null) await service.kill9();
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`The service ${reason}:\n${service.output()}`, { cause: error });
  }
}

/** Starts the service without waiting, for tests that stop it before it is ready. */
export function spawnService(options: ServiceOptions = {}): StartingService {
  const ownDir = options.stateDir === undefined;
  const stateDir = options.stateDir ?? mkdtempSync(join(tmpdir(), "bookstrack-"));
  if (options.stateFrom !== undefined) cpSync(options.stateFrom, stateDir, { recursive: true });
  const project = options.project ?? PROJECT_ROOT;
  const given = options.args ?? [];
  const [command, args] =
    options.through === "npm"
      ? ["npm", ["start", "--", ...given]]
      : [
          process.execPath,
          options.nodeArgs ?? [...NODE_OPTIONS, join(project, "scripts/start.ts"), ...given],
        ];
  const child = spawn(command, args, {
    cwd: project,
    env: {
      ...inheritedEnv(),
      // As set by `npm start`.
      NODE_COMPILE_CACHE: join(project, ".wrangler/compile-cache"),
      PORT: "0",
      STATE_DIR: stateDir,
      ...options.env,
    },
    stdio: ["ignore", "pipe", "pipe"],
    // A new process group, so that a signal can reach all of its processes, as one from a terminal does.
    detached: true,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const ended = new Promise<number | null>((done) => child.once("close", done));
  return {
    stateDir,
    child,
    ready: within(READY_WITHIN_MS, readyUrl(child, ended), () => "was not ready in time"),
    output: () => output,
    async stop(signal = "SIGINT") {
      signalGroup(child, signal);
      const code = await within(STOP_WITHIN_MS, ended, () => `did not stop:\n${output}`);
      if (ownDir) rmSync(stateDir, { recursive: true, force: true });
      return code;
    },
    async kill9() {
      signalGroup(child, "SIGKILL");
      await endNow(leftovers(stateDir, []));
      await ended;
    },
  };
}

/** This process's environment without the Worker's vars. */
function inheritedEnv(): NodeJS.ProcessEnv {
  const drop = new Set([...CONFIG_KEYS, "HOST"]);
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !drop.has(name)));
}

function readyUrl(child: ChildProcess, ended: Promise<number | null>): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk: string) => {
      text += chunk;
      const url = /Ready on (\S+)/.exec(text)?.[1];
      if (url !== undefined) resolve(url.replace("localhost", "127.0.0.1"));
    });
    void ended.then((code) => reject(new Error(`exited with code ${String(code)}`)));
  });
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It has already exited.
  }
}

async function within<Value>(ms: number, work: Promise<Value>, why: () => string): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(why())), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
