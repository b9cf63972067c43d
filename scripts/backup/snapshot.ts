import { constants, copyFileSync, existsSync, mkdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { LaunchError } from "../local/launch-error.ts";
import { STORED } from "../local/state-swap.ts";
import { FORMAT_VERSION, type BackedUpFile, type Manifest } from "./manifest.ts";
import {
  blobsIn,
  blobsNamedIn,
  checkIntegrity,
  contentsOf,
  copyDatabase,
  databasesIn,
  serviceDatabase,
  sha256Of,
} from "./stored-files.ts";

/**
 * Maximum number of times an index is copied while its values keep changing. Each attempt copies
 * only missing values.
 */
const MAX_ATTEMPTS = 50;

/**
 * Copies a state folder that a service may be using. D1 is copied first, then each other database;
 * each copy is consistent in itself. D1 alone determines the remaining work, so newer content of
 * the others does no harm.
 * @param folder an empty folder for the copies
 * @throws LaunchError if the folder has no database of a service, or a file is damaged or cannot be
 * copied
 */
export async function snapshotState(
  stateDir: string,
  folder: string,
  release: string,
  now: Date,
): Promise<Manifest> {
  serviceDatabase(stateDir);
  const identity = stateIdentity(stateDir);
  const databases = databasesIn(stateDir).filter((path) => copied(stateDir, folder, path));
  const blobs = databases
    .filter((path) => !/^v3\/(d1|do)\//.test(path))
    .flatMap((path) => copiedBlobs(stateDir, folder, path));
  if (stateIdentity(stateDir) !== identity) {
    throw new LaunchError(`${stateDir} was replaced during the backup. Run it again.`);
  }
  const files = [...databases, ...blobs];
  for (const path of databases) checkIntegrity(join(folder, path));
  const database = serviceDatabase(folder);
  const contents = contentsOf(join(folder, database));
  return {
    format: "bookstrack-backup",
    version: FORMAT_VERSION,
    createdAt: now.toISOString(),
    release,
    migrations: [...(contents?.migrations ?? [])],
    database,
    rows: { ...contents?.rows },
    files: await described(folder, files),
  };
}

/** Sequential, because there may be more files than a process can open. */
async function described(folder: string, paths: readonly string[]): Promise<BackedUpFile[]> {
  const files: BackedUpFile[] = [];
  for (const path of paths) {
    const file = join(folder, path);
    files.push({ path, bytes: statSync(file).size, sha256: await sha256Of(file) });
  }
  return files;
}

function copied(stateDir: string, folder: string, path: string): boolean {
  const to = join(folder, path);
  mkdirSync(dirname(to), { recursive: true });
  return copyDatabase(join(stateDir, path), to);
}

/**
 * Copies the values that a copied index of KV or R2 names. A value is written before its entry in
 * the index and never changes, so a missing one was replaced after the index was copied. The index
 * is then copied again.
 */
function copiedBlobs(stateDir: string, folder: string, path: string): string[] {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const names = new Set(blobsNamedIn(join(folder, path)));
    if (names.size === 0) return [];
    for (const blob of blobsIn(stateDir)) {
      if (names.has(basename(blob))) copyOnce(stateDir, folder, blob);
    }
    const found = blobsIn(folder).filter((blob) => names.has(basename(blob)));
    if (found.length === names.size) return found;
    rmSync(join(folder, path));
    if (!copied(stateDir, folder, path)) break;
  }
  throw new LaunchError(
    `Values listed in ${join(stateDir, path)} are missing. If the service is very busy, run the backup later.`,
  );
}

function copyOnce(stateDir: string, folder: string, blob: string): void {
  const to = join(folder, blob);
  if (existsSync(to)) return;
  mkdirSync(dirname(to), { recursive: true });
  try {
    copyFileSync(join(stateDir, blob), to, constants.COPYFILE_FICLONE);
  } catch (error) {
    // Replaced since the index was copied.
    if (existsSync(join(stateDir, blob))) throw error;
    rmSync(to, { force: true });
  }
}

/** Identifies the state in a folder; a restore changes it. */
function stateIdentity(stateDir: string): string {
  const { dev, ino } = statSync(join(stateDir, STORED));
  return `${dev}:${ino}`;
}
