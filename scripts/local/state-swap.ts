import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync } from "node:fs";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LaunchError } from "./launch-error.ts";

/** The folder in a state folder with all stored data. Other files there belong to the launcher. */
export const STORED = "v3";
/** Folder in which a restore unpacks. Without a record of a swap its content is incomplete. */
const RESTORING = ".restoring";
/** The record of a swap that has begun. From the moment it exists, the new state is the valid one. */
const RECORD = "restore.json";

/** File operations of a swap. A test passes operations that fail. */
export interface SwapFiles {
  rename(from: string, to: string): void;
  remove(path: string): void;
  write(path: string, text: string): void;
}

const FILES: SwapFiles = {
  rename: renameSync,
  remove: (path) => rmSync(path, { recursive: true, force: true }),
  write: (path, text) => writeFileSync(path, text, { flush: true }),
};

/** Contents of the record. */
interface SwapRecord {
  /** Folder for the old state, in the state folder; null if there was none. */
  aside: string | null;
}

/** Whether a state folder contains data. */
export function hasState(stateDir: string): boolean {
  const stored = join(stateDir, STORED);
  return existsSync(stored) && readdirSync(stored, { recursive: true }).length > 0;
}

/** An empty folder, in which a restore unpacks the new `STORED`. Call it only while the state folder is locked. */
export function unpackFolder(stateDir: string): string {
  const folder = join(stateDir, RESTORING);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

/**
 * Replaces the old state, which moves to the folder `aside`, with the unpacked one. A killed
 * process leaves either the old state or a record with which `settleSwap` completes the swap. All
 * renames are within the state folder, because that may be a mounted volume.
 * @param aside name of a folder that does not exist yet
 */
export function swapState(stateDir: string, aside: string, files: SwapFiles = FILES): void {
  const record: SwapRecord = { aside: existsSync(join(stateDir, STORED)) ? aside : null };
  const unfinished = join(stateDir, `${RECORD}.part`);
  files.write(unfinished, JSON.stringify(record));
  files.rename(unfinished, join(stateDir, RECORD));
  syncFolder(stateDir);
  settleSwap(stateDir, files);
}

/**
 * Completes an interrupted swap, or removes the leftovers of a restore that was killed before its
 * swap. Call it only while the state folder is locked, and before anything in it is used.
 * @throws LaunchError if the record cannot be read
 */
export function settleSwap(stateDir: string, files: SwapFiles = FILES): void {
  const record = readRecord(stateDir);
  const stored = join(stateDir, STORED);
  const unpacked = join(stateDir, RESTORING, STORED);
  if (record !== undefined && existsSync(unpacked)) {
    if (existsSync(stored)) {
      const aside = join(stateDir, record.aside ?? `${RESTORING}-old`);
      mkdirSync(aside, { recursive: true });
      files.rename(stored, join(aside, STORED));
    }
    files.rename(unpacked, stored);
    syncFolder(stateDir);
  }
  if (record !== undefined) files.remove(join(stateDir, RECORD));
  if (existsSync(join(stateDir, RESTORING))) files.remove(join(stateDir, RESTORING));
}

function readRecord(stateDir: string): SwapRecord | undefined {
  const path = join(stateDir, RECORD);
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8")) as SwapRecord;
  } catch (error) {
    throw new LaunchError(
      `${path} is the record of an interrupted restore and cannot be read: ${String(error)}. ` +
        `Remove it to keep the present state, then restore again.`,
    );
  }
}

/** Makes renames in a folder durable. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}
