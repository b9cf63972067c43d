import type { StatusCounts } from "../domain/shelf-counts.ts";
import { COUNT_COLUMNS } from "./shelf-takes.ts";

/** The number of a user's latest write and the counts of their shelf. ?1 user. */
export const COUNTS = `SELECT seq, ${COUNT_COLUMNS.join(", ")} FROM Shelves WHERE user_id = ?1`;

/** A row of `COUNTS`. A count is NULL until the entries of an older release are counted. */
export type ShelfRow = { seq: number } & Record<(typeof COUNT_COLUMNS)[number], number | null>;

/** The counts of a shelf; undefined while they are unknown. */
export function countsOf(row: ShelfRow | null): StatusCounts | undefined {
  if (row === null) return undefined;
  const { want_to_read, reading, completed, paused, abandoned, no_status: none } = row;
  if (
    want_to_read === null ||
    reading === null ||
    completed === null ||
    paused === null ||
    abandoned === null ||
    none === null
  ) {
    return undefined;
  }
  return { want_to_read, reading, completed, paused, abandoned, none };
}
