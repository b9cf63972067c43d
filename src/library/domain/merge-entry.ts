import type { Status } from "../../../contract/library-fields.ts";
import { withChange, type Entry, type EntryChange } from "./entry.ts";

/** Reading progress by status. A status of equal rank does not replace the current one. */
const RANK: Readonly<Record<Status, number>> = {
  want_to_read: 1,
  reading: 2,
  paused: 2,
  abandoned: 2,
  completed: 3,
};

/** An entry as parsed from a file. Empty cells are absent, so a file never clears a field. */
export type ParsedEntry = {
  [Field in keyof EntryChange]?: NonNullable<EntryChange[Field]> | undefined;
} & { extra?: Readonly<Record<string, string>> | undefined };

/**
 * Merges a parsed entry into an entry. Empty fields are filled, tags are added, and the status only moves forward. Nothing
 * that the user entered is lost.
 * @param at seconds since the epoch
 */
export function mergeParsed(entry: Entry, parsed: ParsedEntry, at: number): Entry {
  const merged = withChange(
    entry,
    {
      status: higher(entry.status, parsed.status),
      rating: entry.rating ?? parsed.rating,
      review: entry.review ?? parsed.review,
      notes: entry.notes ?? parsed.notes,
      tags: withTags(entry, parsed),
      readings: entry.readings.length > 0 ? undefined : parsed.readings,
    },
    at,
  );
  return withExtra(merged, { ...parsed.extra, ...entry.extra });
}

/**
 * Overwrites an entry with a parsed entry. The status may move backward, and readings are replaced if the file has any.
 * Fields that the file lacks remain unchanged, and tags are added.
 * @param at seconds since the epoch
 */
export function overwriteWithParsed(entry: Entry, parsed: ParsedEntry, at: number): Entry {
  const written = withChange(
    entry,
    {
      status: parsed.status,
      rating: parsed.rating,
      review: parsed.review || undefined,
      notes: parsed.notes || undefined,
      tags: withTags(entry, parsed),
      readings: parsed.readings?.length ? parsed.readings : undefined,
    },
    at,
  );
  return withExtra(written, { ...entry.extra, ...parsed.extra });
}

/** Whether two states of an entry are equal apart from `updatedAt`, so that nothing needs to be written. */
export function isSameEntry(one: Entry, other: Entry): boolean {
  return JSON.stringify(contentOf(one)) === JSON.stringify(contentOf(other));
}

/** All fields of an entry but `updatedAt`, in a fixed order. */
function contentOf(entry: Entry): unknown[] {
  const { isbn, status, rating, review, notes, tags, readings, addedAt, source, extra } = entry;
  const dates = readings.map(({ startedAt, finishedAt }) => [startedAt, finishedAt]);
  const columns = Object.entries(extra ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [isbn, status, rating, review, notes, tags, dates, addedAt, source, columns];
}

function withTags(entry: Entry, { tags }: ParsedEntry): string[] | undefined {
  return tags?.length ? [...entry.tags, ...tags] : undefined;
}

function withExtra(entry: Entry, extra: Readonly<Record<string, string>>): Entry {
  return Object.keys(extra).length > 0 ? { ...entry, extra } : entry;
}

function higher(one: Status | undefined, other: Status | undefined): Status | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return RANK[other] > RANK[one] ? other : one;
}
