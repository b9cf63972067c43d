import { accessSync, constants, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";

const IN_MEMORY = "/dev/shm";
/** More than the maximum used by concurrent tests. */
const ROOM = 4 * 1024 ** 3;

/**
 * Folder for temporary files of tests, mainly the state of workerd. It is in memory if there is
 * room: workerd waits for the disk in every write, so an import of 1,000 books takes four times as
 * long there. Memory also survives a killed process.
 */
export function temporaryFolder(): string {
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    if (Math.min(bavail * bsize, freemem()) >= ROOM) return IN_MEMORY;
  } catch {
    // Only Linux has this folder.
  }
  return tmpdir();
}
