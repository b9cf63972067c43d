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
  "wrangler.jsonc",
];
const TEST = /\.test\.ts$/;
const PACKAGE = /(^|\/)node_modules\//;

/** Content hashes of files by path, relative to the project's folder. */
export type FileHashes = Readonly<Record<string, string>>;

/** Hash of the names and contents of all inputs of a build that belong to the project itself. */
export function inputsKey(): string {
  const folders = FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !TEST.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  const files = [...folders, ...FILES.map((file) => join(PROJECT_ROOT, file))];
  const key = createHash("sha256");
  for (const file of files.toSorted()) {
    key.update(`${file.slice(PROJECT_ROOT.length)}\0${hashOf(file) ?? "absent"}\0`);
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
