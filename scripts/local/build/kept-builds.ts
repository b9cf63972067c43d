import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/** Prefix of the folder of a build that is not finished. */
export const UNFINISHED = ".building-";
/** Number of recently used builds to keep, so that switching branches does not cause a rebuild. */
const MAX_BUILDS = 5;
/** Age at which an unfinished build counts as abandoned. */
const ABANDONED_MS = 3_600_000;

/**
 * Removes all builds in a folder except the most recently used ones, and the leftovers of abandoned
 * builds.
 */
export function pruneBuilds(folder: string): void {
  const builds = readdirSync(folder)
    .map((name) => ({ name, usedAt: usedAt(join(folder, name)) }))
    .toSorted((a, b) => b.usedAt - a.usedAt);
  const finished = builds.filter(({ name }) => !name.startsWith(UNFINISHED));
  const abandoned = builds.filter(
    ({ name, usedAt }) => name.startsWith(UNFINISHED) && usedAt < Date.now() - ABANDONED_MS,
  );
  for (const { name } of [...finished.slice(MAX_BUILDS), ...abandoned]) {
    rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** In ms since the epoch; 0 if the build has just been removed. */
const usedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
