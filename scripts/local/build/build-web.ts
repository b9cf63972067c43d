import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, existsSync, mkdirSync, renameSync, rmSync, statSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { LaunchError } from "../launch-error.ts";
import { STATE_MARK } from "../processes.ts";
import { PROJECT_ROOT } from "../settings.ts";
import { webKey } from "./inputs.ts";
import { pruneBuilds, UNFINISHED } from "./kept-builds.ts";

/** Finished builds of the web app, each in a folder named after the hash of its inputs. */
const BUILDS = join(PROJECT_ROOT, ".wrangler/web");
/** The build named in wrangler.jsonc, which a deployment uploads. */
export const WEB_DIST = join(PROJECT_ROOT, "web/dist");
/** Builds the web app into the folder given as its argument. */
export const WEB_SCRIPT = join(PROJECT_ROOT, "scripts/web.ts");

/** Options of `ensureWeb`. */
export interface WebOptions {
  /** State folder of the start that builds. A later start on it kills a build that was left running. */
  readonly stateDir?: string;
  readonly signal?: AbortSignal;
  /** Called before a build, which takes seconds; not called if an earlier build is reused. */
  readonly onBuild?: () => void;
}

/**
 * Builds the web app, or reuses an earlier build if none of its inputs has changed. `web/dist` is
 * then a copy of it; later builds do not change the returned folder while a service uses it.
 * @returns the folder with the files to serve
 * @throws LaunchError with the build's output if it fails
 */
export async function ensureWeb(options: WebOptions = {}): Promise<string> {
  const key = webKey();
  const folder = join(BUILDS, key);
  if (existsSync(join(folder, "index.html"))) {
    utimesSync(folder, new Date(), new Date());
  } else {
    options.onBuild?.();
    const unfinished = join(BUILDS, `${UNFINISHED}${randomUUID()}`);
    try {
      await build(unfinished, options);
      moveTo(folder, unfinished);
    } finally {
      rmSync(unfinished, { recursive: true, force: true });
      pruneBuilds(BUILDS);
    }
  }
  publish(folder);
  return folder;
}

async function build(outDir: string, { stateDir, signal }: WebOptions): Promise<void> {
  mkdirSync(BUILDS, { recursive: true });
  const child = spawn(process.execPath, ["--no-warnings", WEB_SCRIPT, outDir], {
    cwd: PROJECT_ROOT,
    env: {
      ...process.env,
      NODE_ENV: "production",
      ...(stateDir === undefined ? {} : { [STATE_MARK]: stateDir }),
    },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal ? { signal } : {}),
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output += text));
  const code = await new Promise<number | null>((done, fail) => {
    child.once("error", fail);
    child.once("close", done);
  });
  if (code !== 0) throw new LaunchError(`Building the web app failed.\n${output.trim()}`);
}

/** Another start may have finished the same build first. */
function moveTo(folder: string, unfinished: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(join(folder, "index.html"))) throw error;
  }
}

/**
 * Copies a build to `web/dist` unless it is already there. The copy keeps the modification time of
 * its page, which identifies the build.
 */
function publish(folder: string): void {
  if (publishedAt(WEB_DIST) === publishedAt(folder)) return;
  const copy = `${WEB_DIST}-${randomUUID()}`;
  try {
    cpSync(folder, copy, { recursive: true, preserveTimestamps: true });
    rmSync(WEB_DIST, { recursive: true, force: true });
    renameSync(copy, WEB_DIST);
  } catch (error) {
    // Another start has published its build in the meantime.
    if (!existsSync(join(WEB_DIST, "index.html"))) throw error;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** In whole ms, because copies lose the fractions. */
const publishedAt = (folder: string): number | undefined => {
  const time = statSync(join(folder, "index.html"), { throwIfNoEntry: false })?.mtimeMs;
  return time === undefined ? undefined : Math.floor(time);
};
