import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { LaunchError } from "../launch-error.ts";
import { PROJECT_ROOT } from "../settings.ts";
import { wranglerEnv } from "../wrangler.ts";
import { WEB_DIST } from "./build-web.ts";
import type { WorkerDescription } from "./description.ts";
import { areUnchanged, inputsKey, packageHashes, type FileHashes } from "./inputs.ts";
import { pruneBuilds, UNFINISHED } from "./kept-builds.ts";

/** Finished builds, each in a folder named after the hash of its inputs. All starts in this checkout share them. */
const BUILDS = join(PROJECT_ROOT, ".wrangler/builds");
/** Maximum number of builds if the inputs keep changing during the build. */
const MAX_ATTEMPTS = 5;

/** A built Worker. */
export interface Build {
  /** Folder with `worker.js` and the other modules of the bundle. */
  readonly bundleDir: string;
  readonly description: WorkerDescription;
}

/** Options of `builtWorker`. */
export interface BuildOptions {
  /** State folder of the start that builds. A later start on it kills a build that was left running. */
  readonly stateDir: string;
  readonly signal?: AbortSignal;
  /** Called before a build, which takes seconds; not called if an earlier build is reused. */
  readonly onBuild?: () => void;
}

/**
 * Builds the Worker as for a deployment, or reuses an earlier build if none of its inputs has changed.
 * @throws LaunchError with wrangler's output if the build fails
 */
export async function builtWorker({ stateDir, signal, onBuild }: BuildOptions): Promise<Build> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const key = inputsKey();
    const reused = reusableBuild(key);
    if (reused) return reused;
    if (attempt === 0) onBuild?.();
    const folder = join(BUILDS, `${UNFINISHED}${randomUUID()}`);
    try {
      await build(folder, stateDir, signal);
      // The bundle may or may not contain an edit made during the build.
      if (inputsKey() !== key) continue;
      return keep(folder, key);
    } finally {
      rmSync(folder, { recursive: true, force: true });
      pruneBuilds(BUILDS);
    }
  }
  throw new LaunchError("Building the Worker failed: its sources kept changing during the build.");
}

function reusableBuild(key: string): Build | undefined {
  const folder = join(BUILDS, key);
  try {
    const hashes = readJson(join(folder, "packages.json")) as FileHashes;
    if (!areUnchanged(hashes)) return undefined;
    utimesSync(folder, new Date(), new Date());
    return buildIn(folder);
  } catch {
    // No such build, or it has just been removed.
    return undefined;
  }
}

const buildIn = (folder: string): Build => ({
  bundleDir: join(folder, "bundle"),
  description: readJson(join(folder, "worker.json")) as WorkerDescription,
});

async function build(folder: string, stateDir: string, signal?: AbortSignal): Promise<void> {
  const bundle = join(folder, "bundle");
  mkdirSync(bundle, { recursive: true });
  // wrangler refuses to build without the folder of the assets; its content does not matter here.
  mkdirSync(WEB_DIST, { recursive: true });
  const args = [
    "--no-warnings",
    `--import=${join(import.meta.dirname, "describe.ts")}`,
    createRequire(import.meta.url).resolve("wrangler"),
    "deploy",
    "--dry-run",
    `--outdir=${bundle}`,
    `--metafile=${join(folder, "metafile.json")}`,
  ];
  const child = spawn(process.execPath, args, {
    cwd: PROJECT_ROOT,
    env: { ...buildEnv(stateDir), WORKER_DESCRIPTION: join(folder, "worker.json") },
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
  if (code !== 0) throw new LaunchError(`Building the Worker failed.\n${output.trim()}`);
  const { inputs } = readJson(join(folder, "metafile.json")) as { inputs: object };
  writeFileSync(join(folder, "packages.json"), JSON.stringify(packageHashes(Object.keys(inputs))));
}

/** The environment without variables that affect wrangler's build, because the hash of the inputs does not cover them. */
function buildEnv(stateDir: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(CLOUDFLARE_|CF_|WRANGLER_|NODE_ENV$|NODE_OPTIONS$)/.test(name),
  );
  return wranglerEnv(stateDir, Object.fromEntries(own));
}

/** Moves a finished build to its final folder. Another start may have finished the same build first. */
function keep(folder: string, key: string): Build {
  const kept = join(BUILDS, key);
  try {
    renameSync(folder, kept);
  } catch {
    const other = reusableBuild(key);
    if (other) return other;
    // The existing build is outdated because a package was edited. Replace it.
    renameSync(kept, `${folder}-old`);
    renameSync(folder, kept);
    rmSync(`${folder}-old`, { recursive: true, force: true });
  }
  return buildIn(kept);
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
