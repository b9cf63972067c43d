import { accessSync, constants, statfsSync } from "node:fs";
import { freemem, tmpdir } from "node:os";

const IN_MEMORY = "/dev/shm";
/** More than all tests that run at the same time fill. */
const ROOM = 4 * 1024 ** 3;

/**
 * Folder for the temporary files of tests, the state of workerd above all. It is in memory where there is room: workerd waits for
 * the disk in every write, so that an import of 1,000 books takes four times as long on one. A killed process loses nothing there either.
 */
export function temporaryFolder(): string {
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    if (Math.min(bavail * bsize, freemem()) >= ROOM) return IN_MEMORY;
  } catch {
    // Only Linux has it.
  }
  return tmpdir();
}
