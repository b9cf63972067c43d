import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { LaunchError } from "../launch-error.ts";
import { PROJECT_ROOT } from "../settings.ts";
import { wranglerEnv } from "../wrangler.ts";
import type { WorkerDescription } from "./description.ts";
import { areUnchanged, inputsKey, packageHashes, type FileHashes } from "./inputs.ts";

/** Finished builds, each in a folder named after the hash of its inputs; shared by all starts on this checkout. */
const BUILDS = join(PROJECT_ROOT, ".wrangler/builds");
const UNFINISHED = ".building-";
/** So many builds are kept, the last used ones; a switch between branches finds its own again. */
const MAX_BUILDS = 5;
/** An unfinished build that is older was abandoned. */
const ABANDONED_MS = 3_600_000;
/** How often a build is repeated because its inputs changed meanwhile. */
const MAX_TRIES = 5;

/** A built Worker. */
export interface Build {
  /** Holds `worker.js` and the other modules of the bundle. */
  readonly bundleDir: string;
  readonly description: WorkerDescription;
}

/** How `builtWorker` builds. */
export interface BuildOptions {
  /** The state folder that a build runs for: a later start on it ends a build that was left running. */
  readonly stateDir: string;
  readonly signal?: AbortSignal;
  /** Called before a build, which takes seconds; not called when an earlier one is reused. */
  readonly onBuild?: () => void;
}

/**
 * The Worker as it would be deployed: an earlier build if every input has the content that it had then, else a new one.
 * @throws LaunchError with wrangler's output when the Worker cannot be built
 */
export async function builtWorker({ stateDir, signal, onBuild }: BuildOptions): Promise<Build> {
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const key = inputsKey();
    const reused = reusableBuild(key);
    if (reused) return reused;
    if (tries === 0) onBuild?.();
    const folder = join(BUILDS, `${UNFINISHED}${randomUUID()}`);
    try {
      await build(folder, stateDir, signal);
      // What was edited during the build is in it, or is not.
      if (inputsKey() !== key) continue;
      return keep(folder, key);
    } finally {
      rmSync(folder, { recursive: true, force: true });
      prune();
    }
  }
  throw new LaunchError("Building the Worker failed: its sources change faster than it is built.");
}

function reusableBuild(key: string): Build | undefined {
  const folder = join(BUILDS, key);
  try {
    const hashes = readJson(join(folder, "packages.json")) as FileHashes;
    if (!areUnchanged(hashes)) return undefined;
    utimesSync(folder, new Date(), new Date());
    return buildIn(folder);
  } catch {
    // It was never built, or has just been removed.
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

/** The environment without what makes wrangler build differently: the hash of the inputs does not cover it. */
function buildEnv(stateDir: string): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(CLOUDFLARE_|CF_|WRANGLER_|NODE_ENV$|NODE_OPTIONS$)/.test(name),
  );
  return wranglerEnv(stateDir, Object.fromEntries(own));
}

/** Gives a finished build its name. Another start may have built the same meanwhile. */
function keep(folder: string, key: string): Build {
  const kept = join(BUILDS, key);
  try {
    renameSync(folder, kept);
  } catch {
    const other = reusableBuild(key);
    if (other) return other;
    // A package was edited since: the old build goes.
    renameSync(kept, `${folder}-old`);
    renameSync(folder, kept);
    rmSync(`${folder}-old`, { recursive: true, force: true });
  }
  return buildIn(kept);
}

function prune(): void {
  const builds = readdirSync(BUILDS)
    .map((name) => ({ name, usedAt: usedAt(name) }))
    .toSorted((a, b) => b.usedAt - a.usedAt);
  const finished = builds.filter(({ name }) => !name.startsWith(UNFINISHED));
  const abandoned = builds.filter(
    ({ name, usedAt }) => name.startsWith(UNFINISHED) && usedAt < Date.now() - ABANDONED_MS,
  );
  for (const { name } of [...finished.slice(MAX_BUILDS), ...abandoned]) {
    rmSync(join(BUILDS, name), { recursive: true, force: true });
  }
}

/** In ms since the epoch; 0 when it has just been removed. */
const usedAt = (name: string): number =>
  statSync(join(BUILDS, name), { throwIfNoEntry: false })?.mtimeMs ?? 0;

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
