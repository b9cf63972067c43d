const NAME = /^bookstrack-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z\.tar\.gz$/;

/** File name of a backup made at this time, in UTC. Names sort by time. */
export const backupName = (now: Date): string =>
  `bookstrack-${now.toISOString().slice(0, 19).replaceAll(":", "-")}Z.tar.gz`;

/**
 * When the newest backup among these files was made, in ms since the epoch; undefined without one. Files with other names and
 * backups of the future do not count.
 */
export function newestAt(names: readonly string[], now: Date): number | undefined {
  const times = names
    .filter((name) => NAME.test(name))
    .map((name) => Date.parse(name.replace(NAME, "$1T$2:$3:$4Z")))
    .filter((time) => time <= now.getTime());
  return times.length === 0 ? undefined : Math.max(...times);
}

/** Whether none of these backups was made today, in UTC. */
export const isDue = (names: readonly string[], now: Date): boolean =>
  !names.some((name) => NAME.exec(name)?.[1] === now.toISOString().slice(0, 10));

/**
 * Backups among these files that are older than the newest `keep`, of which `made` is the last.
 * Those with a later time than `made` count as the oldest: the clock was wrong when they were made.
 * Files with other names do not count.
 */
export function outdated(names: readonly string[], made: string, keep: number): string[] {
  const sorted = names.filter((name) => NAME.test(name)).toSorted();
  const early = sorted.filter((name) => name <= made);
  const late = sorted.filter((name) => name > made);
  return [...late, ...early].slice(0, -keep);
}
