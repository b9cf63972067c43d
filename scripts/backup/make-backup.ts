import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { LaunchError } from "../local/launch-error.ts";
import { isAlive } from "../local/processes.ts";
import { syncFolder } from "../local/state-swap.ts";
import packageJson from "../../package.json" with { type: "json" };
import { readArchive, writeArchive } from "./archive.ts";
import { isFull, reason } from "./disk-errors.ts";
import type { Manifest } from "./manifest.ts";
import { backupName } from "./names.ts";
import { snapshotState } from "./snapshot.ts";

/** Prefix of the temporary folder of a backup; the process's id follows. */
const UNFINISHED = ".bookstrack-backup-";

/** A backup that was written and read back. */
export interface MadeBackup {
  readonly manifest: Manifest;
  /** Size of the file. */
  readonly bytes: number;
}

/**
 * Backs up a state folder, which a service may be using, into one file. The file gets its name,
 * replacing an earlier one, only once it is complete and has been verified. Space is needed for
 * both the copies and the file.
 * @throws LaunchError with the reason, or the file system's error; no new file exists then
 */
export async function makeBackup(stateDir: string, path: string): Promise<MadeBackup> {
  refuseFolder(path);
  const target = dirname(path);
  const folder = join(target, `${UNFINISHED}${process.pid}`);
  try {
    mkdirSync(target, { recursive: true });
    removeUnfinished(target);
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    throw new LaunchError(
      `The backup cannot be written to ${target}: ${reason(error)}. Name a file in a folder that this user can write to.`,
    );
  }
  try {
    const copies = join(folder, "state");
    mkdirSync(copies);
    const manifest = await snapshotState(stateDir, copies, packageJson.version, new Date());
    const packed = join(folder, basename(path));
    await writeArchive(packed, copies, manifest);
    await readArchive(packed);
    const { size: bytes } = statSync(packed);
    renameSync(packed, path);
    syncFolder(target);
    return { manifest, bytes };
  } catch (error) {
    if (!isFull(error)) throw error;
    throw new LaunchError(
      `${target} has too little space: a backup needs space for a copy of the data and for the file. No backup was made, and earlier ` +
        "ones are unchanged. Free some space, or name a file on another disk.",
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function refuseFolder(path: string): void {
  const isFile = path !== "" && !/[/\\]$/.test(path) && !isFolder(path);
  if (isFile) return;
  const example = join(path, backupName(new Date()));
  throw new LaunchError(`"${path}" is not a file name. Use one such as ${example}.`);
}

/** False if there is none, or if this user may not access it. */
function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

/** Removes the leftovers of killed backups in a folder. */
function removeUnfinished(folder: string): void {
  for (const name of readdirSync(folder)) {
    const pid = name.startsWith(UNFINISHED) ? Number(name.slice(UNFINISHED.length)) : Number.NaN;
    if (Number.isNaN(pid)) continue;
    if (pid === process.pid || !isAlive(pid)) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}
