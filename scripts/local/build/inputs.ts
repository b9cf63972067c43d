import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../settings.ts";

/** Every file in these folders except tests is an input of the build. */
const FOLDERS = ["contract/", "scripts/bundle/", "scripts/local/build/", "src/"];
/** Other inputs, including the build's configuration and the versions of its tools. */
const FILES = [
  ".env",
  ".env.local",
  "node_modules/.package-lock.json",
  "package-lock.json",
  "package.json",
  "tsconfig.json",
  "web/src/paths.ts",
  "wrangler.jsonc",
];
const TEST = /\.test\.tsx?$/;
const PACKAGE = /(^|\/)node_modules\//;

/** Content hashes of files by path, relative to the project's folder. */
export type FileHashes = Readonly<Record<string, string>>;

/** Inputs of the web app. Its `dist` folder is the output. */
const WEB_FOLDERS = ["client/src/", "web/"];
const WEB_FILES = [
  "node_modules/.package-lock.json",
  "openapi.json",
  "package-lock.json",
  "package.json",
  "scripts/local/build/build-web.ts",
  "scripts/web.ts",
  "tsconfig.json",
];
const WEB_DIST = /^web\/dist/;

/** Hash of the names and contents of all inputs of a build of the Worker that belong to the project itself. */
export const inputsKey = (): string => keyOf(FOLDERS, FILES);

/** The same hash for a build of the web app. */
export const webKey = (): string => keyOf(WEB_FOLDERS, WEB_FILES);

function keyOf(folders: readonly string[], files: readonly string[]): string {
  const found = folders.flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !TEST.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name).slice(PROJECT_ROOT.length + 1))
      .filter((path) => !WEB_DIST.test(path)),
  );
  const key = createHash("sha256");
  for (const path of [...found, ...files].toSorted()) {
    key.update(`/${path}\0${hashOf(join(PROJECT_ROOT, path)) ?? "absent"}\0`);
  }
  return key.digest("hex");
}

/**
 * Hashes of the inputs that belong to packages. The lock file determines their versions, but does not show whether an installed
 * file was edited.
 * @param inputs the paths in esbuild's metafile
 * @throws Error for an input that neither belongs to a package nor is covered by `inputsKey`
 */
export function packageHashes(inputs: readonly string[]): FileHashes {
  const packages = inputs.filter((input) => PACKAGE.test(input));
  const uncovered = inputs.filter((input) => !PACKAGE.test(input) && !isCovered(input));
  if (uncovered.length > 0) {
    throw new Error(
      `scripts/local/build/inputs.ts does not cover these inputs of the Worker: ${uncovered.join(", ")}`,
    );
  }
  return Object.fromEntries(
    packages.map((path) => [path, hashOf(join(PROJECT_ROOT, path)) ?? "absent"]),
  );
}

/** Whether all files still have these hashes. */
export const areUnchanged = (hashes: FileHashes): boolean =>
  Object.entries(hashes).every(([path, hash]) => hashOf(join(PROJECT_ROOT, path)) === hash);

const isCovered = (path: string): boolean =>
  FILES.includes(path) || (FOLDERS.some((folder) => path.startsWith(folder)) && !TEST.test(path));

/** Undefined if the file cannot be read. */
function hashOf(file: string): string | undefined {
  try {
    return createHash("sha256").update(readFileSync(file)).digest("hex");
  } catch {
    return undefined;
  }
}
