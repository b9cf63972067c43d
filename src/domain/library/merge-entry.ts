import type { Status } from "../../../contract/library-fields.ts";
import { withChange, type Entry, type EntryChange } from "./entry.ts";

/** How far a reader has come with a book; what is equal is no reason to change. */
const RANK: Readonly<Record<Status, number>> = {
  want_to_read: 1,
  reading: 2,
  paused: 2,
  abandoned: 2,
  completed: 3,
};

/** What a file says: a change that also holds what has no field. */
export type FiledEntry = EntryChange & { extra?: Readonly<Record<string, string>> };

/**
 * An entry with what a file says of it: blanks are filled, tags are added, a status is raised and never lowered;
 * nothing that the reader has said is lost.
 * @param at seconds since the epoch
 */
export function mergeFiled(entry: Entry, filed: FiledEntry, at: number): Entry {
  const { extra, tags, readings } = filed;
  const status = higher(entry.status, filed.status ?? undefined);
  const merged = withChange(
    entry,
    {
      status,
      rating: entry.rating ?? filed.rating,
      review: entry.review ?? filed.review,
      notes: entry.notes ?? filed.notes,
      tags: [...entry.tags, ...(tags ?? [])],
      readings: entry.readings.length > 0 ? undefined : readings,
    },
    at,
  );
  return extra === undefined ? merged : { ...merged, extra: { ...extra, ...entry.extra } };
}

function higher(one: Status | undefined, other: Status | undefined): Status | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return RANK[other] > RANK[one] ? other : one;
}
