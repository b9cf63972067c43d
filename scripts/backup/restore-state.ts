import { createWriteStream, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import packageJson from "../../package.json" with { type: "json" };
import { LaunchError } from "../local/launch-error.ts";
import { lockState } from "../local/state-lock.ts";
import { hasState, settleSwap, STORED, swapState, unpackFolder } from "../local/state-swap.ts";
import { readArchive, readManifest } from "./archive.ts";
import { deleteAgain, deletedAccounts } from "./deleted-accounts.ts";
import { isFull, reason } from "./disk-errors.ts";
import type { Manifest } from "./manifest.ts";
import { resetFeeds } from "./reset-feeds.ts";
import { checkIntegrity, contentsOf, databasesIn } from "./stored-files.ts";

/** Options of `restoreState`. */
export interface RestoreOptions {
  readonly stateDir: string;
  /** The backup. */
  readonly path: string;
  /** Whether existing data is moved aside. Otherwise it is an error. */
  readonly replace: boolean;
  /** Names of the migrations that this version has. */
  readonly knownMigrations: readonly string[];
}

/** Result of a restore. */
export interface Restored {
  readonly manifest: Manifest;
  /** Folder of the old data; undefined if there was none. */
  readonly movedTo: string | undefined;
  /**
   * Number of accounts in the backup that were deleted since, and so are deleted again; undefined
   * if the old data could not be read.
   */
  readonly deletedAgain: number | undefined;
}

/**
 * Restores a backup into a state folder that no service uses. Everything is unpacked and verified
 * beside the present state before that is moved; a killed process leaves either the old or the new
 * state. Accounts that are deleted in the old data stay deleted. Devices reload their libraries.
 * @throws LaunchError if the folder is in use or has data, or the backup is damaged or newer than
 * this version
 */
export async function restoreState(options: RestoreOptions): Promise<Restored> {
  const { stateDir, path, replace, knownMigrations } = options;
  await refuseNewer(path, await readManifest(path), knownMigrations);
  try {
    mkdirSync(stateDir, { recursive: true });
  } catch (error) {
    throw new LaunchError(`STATE_DIR ${stateDir} cannot be created: ${reason(error)}`);
  }
  const lock = await lockState(stateDir);
  try {
    const replaces = hasState(stateDir);
    if (replaces && !replace) {
      throw new LaunchError(
        `${stateDir} already has data. Add --replace to move it aside, or set STATE_DIR to an empty folder.`,
      );
    }
    const folder = unpackFolder(stateDir);
    const manifest = await unpackInto(folder, path);
    await refuseNewer(path, manifest, knownMigrations);
    const deleted = replaces ? deletedAccounts(stateDir) : [];
    const database = join(folder, manifest.database);
    const deletedAgain = deleteAgain(database, deleted ?? []);
    resetFeeds(database);
    const aside = `replaced-${new Date().toISOString().replaceAll(":", "-")}`;
    swapState(stateDir, aside);
    const movedTo = replaces ? join(stateDir, aside, STORED) : undefined;
    return { manifest, movedTo, deletedAgain: deleted && deletedAgain };
  } catch (error) {
    if (!isFull(error)) throw error;
    throw new LaunchError(
      `${stateDir} has too little space: the data of ${path} is unpacked beside the present data, which is unchanged. ` +
        "Free some space, for example by removing a folder replaced-<time>.",
    );
  } finally {
    try {
      // After a failure: removes what was unpacked.
      settleSwap(stateDir);
    } finally {
      lock.release();
    }
  }
}

/**
 * Reads a backup as a restore does, without writing anything.
 * @throws LaunchError if it is damaged or newer than this version
 */
export async function checkBackup(
  path: string,
  knownMigrations: readonly string[],
): Promise<Manifest> {
  await refuseNewer(path, await readManifest(path), knownMigrations);
  return readArchive(path);
}

async function unpackInto(folder: string, path: string): Promise<Manifest> {
  const manifest = await readArchive(path, async (file, content) => {
    const to = join(folder, file);
    mkdirSync(dirname(to), { recursive: true });
    await pipeline(content, createWriteStream(to, { flags: "wx", flush: true }));
  });
  for (const database of databasesIn(folder)) checkIntegrity(join(folder, database));
  const contents = contentsOf(join(folder, manifest.database));
  const isSame =
    contents !== undefined &&
    JSON.stringify(contents.migrations) === JSON.stringify(manifest.migrations) &&
    Object.entries(manifest.rows).every(([table, count]) => contents.rows[table] === count);
  if (!isSame)
    throw new LaunchError(
      `${path} is damaged: its rows do not match its manifest. Use another backup.`,
    );
  return manifest;
}

async function refuseNewer(
  path: string,
  manifest: Manifest,
  known: readonly string[],
): Promise<void> {
  const unknown = manifest.migrations.filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  // A damaged file may name a migration that never existed.
  await readArchive(path);
  throw new LaunchError(
    `${path} was made by version ${manifest.release}, whose database has ${unknown.join(", ")}; ` +
      `version ${packageJson.version} does not know this. Restore it with version ${manifest.release} or a later one.`,
  );
}
