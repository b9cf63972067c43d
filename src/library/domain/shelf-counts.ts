import { statusSchema, type Status } from "../../../contract/library-fields.ts";

/** Entries by status; `none` counts those without a status. */
export type StatusCounts = Record<Status | "none", number>;

/** An entry before and after a write; a missing side means that there is no entry. */
export interface CountedChange {
  before?: { status?: Status | undefined } | undefined;
  after?: { status?: Status | undefined } | undefined;
  /**
   * Whether the entry was last written by another release, which does not maintain the counts: they
   * may not include the entry.
   */
  isUnkept?: boolean | undefined;
}

/** The names of the counts, in the order of the columns of `Shelves`. */
export const COUNTED = [...statusSchema.options, "none"] as const;

/** Counts of an empty shelf. */
export function noCounts(): StatusCounts {
  return { want_to_read: 0, reading: 0, completed: 0, paused: 0, abandoned: 0, none: 0 };
}

/**
 * The change of a shelf's counts by some writes. Every count is present, possibly as 0; undefined
 * when the counts become unknown.
 */
export function changeOfCounts(changes: readonly CountedChange[]): StatusCounts | undefined {
  const counts = noCounts();
  for (const { before, after, isUnkept } of changes) {
    if (isUnkept) return undefined;
    if (before) counts[before.status ?? "none"] -= 1;
    if (after) counts[after.status ?? "none"] += 1;
  }
  return counts;
}

/** Number of entries of a shelf with these counts. */
export function totalOf(counts: StatusCounts): number {
  return COUNTED.reduce((sum, name) => sum + counts[name], 0);
}

/** Number of entries with one of some statuses. */
export function countOf(counts: StatusCounts, statuses: readonly (keyof StatusCounts)[]): number {
  return statuses.reduce((sum, name) => sum + counts[name], 0);
}
