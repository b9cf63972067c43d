import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isAlive } from "../local/processes.ts";
import { syncFolder } from "../local/state-swap.ts";
import packageJson from "../../package.json" with { type: "json" };
import { readArchive, writeArchive } from "./archive.ts";
import type { Manifest } from "./manifest.ts";
import { snapshotState } from "./snapshot.ts";

/** Suffix of what a backup needs while it is made; the process's id follows. */
const UNFINISHED = ".part-";

/** A backup that was written and read back. */
export interface MadeBackup {
  readonly manifest: Manifest;
  /** Size of the file. */
  readonly bytes: number;
}

/**
 * Backs up a state folder, which a service may be using, into one file. The file gets its name only once it is complete and was
 * read back; an earlier one of that name is replaced then. It needs space for the copies and the file.
 * @throws LaunchError with the reason, or the file system's error; there is no new file then
 */
export async function makeBackup(stateDir: string, path: string): Promise<MadeBackup> {
  mkdirSync(dirname(path), { recursive: true });
  removeUnfinished(dirname(path), basename(path));
  const folder = `${path}${UNFINISHED}${process.pid}`;
  mkdirSync(folder, { mode: 0o700 });
  try {
    const copies = join(folder, "state");
    mkdirSync(copies);
    const manifest = await snapshotState(stateDir, copies, packageJson.version, new Date());
    const packed = join(folder, basename(path));
    await writeArchive(packed, copies, manifest);
    await readArchive(packed);
    const { size: bytes } = statSync(packed);
    renameSync(packed, path);
    syncFolder(dirname(path));
    return { manifest, bytes };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Removes what killed backups left in a folder, of this file name and of daily ones. */
function removeUnfinished(folder: string, file: string): void {
  for (const name of readdirSync(folder)) {
    const [, of = "", pid = ""] = /^(.*)\.part-(\d+)$/.exec(name) ?? [];
    if (pid === "" || (of !== file && !of.endsWith(".tar.gz"))) continue;
    if (Number(pid) === process.pid || !isAlive(Number(pid))) {
      rmSync(join(folder, name), { recursive: true, force: true });
    }
  }
}
