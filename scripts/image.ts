/**
 * `node scripts/image.ts FOLDER`: builds a distribution: everything that a service needs at run time, without sources and tools.
 * The Dockerfile copies the folder; Node in it is enough to run `start.js`, `backup.js`, `restore.js` and `healthcheck.js`.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { build } from "vite";
import packageJson from "../package.json" with { type: "json" };
import { ensureWeb } from "./local/build/build-web.ts";
import { builtWorker } from "./local/build/build-worker.ts";
import { LaunchError } from "./local/launch-error.ts";
import { PREBUILT } from "./local/prebuilt.ts";
import { PROJECT_ROOT } from "./local/settings.ts";
import { runCommand } from "./migration/command.ts";

const COMMANDS = ["start", "backup", "restore", "healthcheck"];
/** The package that runs workerd. It locates its own files by path, so it cannot be bundled. */
const RUNTIME = "miniflare";
/** Only for bindings to Cloudflare Images, which the service does not use. */
const UNUSED_PACKAGES = new Set(["sharp"]);
const UNUSED_FILES = /\.(map|md|d\.[cm]?ts)$/;

async function main(): Promise<number> {
  const [target] = process.argv.slice(2);
  if (target === undefined)
    throw new LaunchError("Name the folder to write to: node scripts/image.ts FOLDER");
  const folder = resolve(target);
  if (existsSync(folder)) throw new LaunchError(`${folder} already exists. Name a new folder.`);
  mkdirSync(folder, { recursive: true });
  const [{ bundleDir, description }, webDir] = await Promise.all([
    builtWorker({ stateDir: folder }),
    ensureWeb(),
  ]);
  cpSync(bundleDir, join(folder, PREBUILT.bundle), { recursive: true, filter: isUsed });
  cpSync(webDir, join(folder, PREBUILT.web), { recursive: true });
  writeFileSync(join(folder, PREBUILT.description), JSON.stringify(description));
  const { migrationsDir } = description.database;
  cpSync(join(PROJECT_ROOT, migrationsDir), join(folder, migrationsDir), { recursive: true });
  const { name, version, license, type } = packageJson;
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version, license, type }));
  cpSync(join(PROJECT_ROOT, "LICENSE"), join(folder, "LICENSE"));
  await bundleCommands(folder);
  copyPackage(RUNTIME, PROJECT_ROOT, folder, new Set());
  return 0;
}

const isUsed = (path: string): boolean => !UNUSED_FILES.test(path);

/**
 * Compiling a command once instead of at each start saves the memory of the TypeScript compiler,
 * and most of zod's.
 */
async function bundleCommands(folder: string): Promise<void> {
  await build({
    root: PROJECT_ROOT,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    ssr: { noExternal: true },
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      minify: true,
      target: "node24",
      rolldownOptions: {
        input: Object.fromEntries(
          COMMANDS.map((name) => [name, join(PROJECT_ROOT, `scripts/${name}.ts`)]),
        ),
        output: { chunkFileNames: "[name]-[hash].js" },
        external: [RUNTIME, "wrangler", "vite"],
      },
    },
  });
}

/** Copies an installed package and its dependencies, each to the path where Node finds it. */
function copyPackage(name: string, from: string, folder: string, done: Set<string>): void {
  const path = installedPath(name, from);
  if (path === undefined || done.has(path) || UNUSED_PACKAGES.has(name)) return;
  done.add(path);
  cpSync(path, join(folder, relative(PROJECT_ROOT, path)), {
    recursive: true,
    // The runtime's program is in the package of its platform; workerd's installation links it a second time.
    filter: (file) => isUsed(file) && !(name === "workerd" && basename(file) === "bin"),
  });
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(path, "package.json"), "utf8"),
  ) as Record<string, Record<string, string> | undefined>;
  for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) {
    copyPackage(needed, path, folder, done);
  }
}

/** Undefined for a package of another platform, which is not installed. */
function installedPath(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = resolve(folder, "..")) {
    const path = join(folder, "node_modules", name);
    if (existsSync(path)) return path;
    if (folder === PROJECT_ROOT) return undefined;
  }
}

await runCommand(main);
