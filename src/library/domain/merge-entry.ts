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

/** What a file says of an entry. An empty cell says nothing, so that nothing is ever cleared by a file. */
export type ParsedEntry = {
  [Field in keyof EntryChange]?: NonNullable<EntryChange[Field]> | undefined;
} & { extra?: Readonly<Record<string, string>> | undefined };

/**
 * An entry with what a file says of it: blanks are filled, tags are added, a status is raised and never lowered;
 * nothing that the reader has said is lost.
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
 * An entry with what a file says of it in place of what was there: a status can be lowered, readings are the file's if
 * it has any. What the file does not say stays, tags are added.
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

/** Whether two states of an entry say the same, whenever each was written: then there is nothing to write. */
export function sameSaid(one: Entry, other: Entry): boolean {
  return JSON.stringify(said(one)) === JSON.stringify(said(other));
}

/** All of an entry but when it was written, in one order. */
function said(entry: Entry): unknown[] {
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
