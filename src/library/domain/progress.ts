import type { Book } from "../../../contract/catalogue.ts";
import type { Reading } from "../../../contract/library-fields.ts";
import type { LibraryBook, OwnBook } from "../../../contract/library.ts";
import type { Progress } from "../../../contract/progress.ts";
import { defined } from "../../platform/defined.ts";

/** A position in a book, as the user entered it: exactly one of the three. */
export interface Position {
  page?: number;
  percent?: number;
  minutes?: number;
}

/**
 * A user's progress in a book at some time (ms since the epoch). Every write increases `version`.
 */
export interface ProgressEntry extends Position {
  id: string;
  isbn: string;
  readingId: string;
  note?: string;
  at: number;
  version: number;
}

/** A write of one row of progress. */
export interface ProgressWrite {
  /** Includes the version after the write. */
  entry: ProgressEntry;
  /** The version that the writer read; 0 for a new one. */
  before: number;
  /** When it is removed, ms since the epoch; undefined for a write that keeps it. */
  removedAt?: number;
}

/** The progress that an entry shows: the position, and when it was reached (ms since the epoch). */
export type ReachedPosition = Position & { at: number };

/** The latest progress of some readings of a book, by the id of the reading. */
export type LatestProgress = Readonly<Record<string, ReachedPosition & { id: string }>>;

/**
 * The reading that progress belongs to: the open one; of several, the one that was started last.
 */
export function openReadingOf(readings: readonly Reading[]): Reading | undefined {
  return readings
    .filter(({ startedAt, finishedAt }) => startedAt !== undefined && finishedAt === undefined)
    .reduce<Reading | undefined>(
      (last, one) => (last && (last.startedAt ?? "") > (one.startedAt ?? "") ? last : one),
      undefined,
    );
}

/** The latest progress of the open reading. */
export function shownProgress(
  readings: readonly Reading[],
  latest: LatestProgress | undefined,
): ReachedPosition | undefined {
  const id = openReadingOf(readings)?.id;
  if (id === undefined || !latest || !Object.hasOwn(latest, id)) return undefined;
  const { id: _id, ...position } = latest[id] ?? { id: "", at: 0 };
  return position;
}

/** Whether progress is later than other progress of the same reading. */
export function isLater(
  one: Pick<ProgressEntry, "at" | "id">,
  other: Pick<ProgressEntry, "at" | "id">,
): boolean {
  return one.at > other.at || (one.at === other.at && one.id > other.id);
}

/**
 * The percentage of a position. It is computed from the page if there is one, so that the two never
 * contradict each other.
 */
export function percentOf(
  { page, percent }: Position,
  pageCount: number | undefined,
): number | undefined {
  if (page === undefined) return percent;
  if (pageCount === undefined || pageCount <= 0) return undefined;
  return Math.min(100, Math.round((page / pageCount) * 10_000) / 100);
}

/** The number of pages of a book as the user sees it. */
export function pageCountOf({
  book,
  own,
}: {
  book?: Pick<Book, "pageCount">;
  own?: Pick<OwnBook, "pageCount">;
}): number | undefined {
  return (book ?? own)?.pageCount;
}

/** Progress as an entry shows it. */
export function presentPosition(
  position: ReachedPosition,
  pageCount: number | undefined,
): NonNullable<LibraryBook["progress"]> {
  const { page, minutes, at } = position;
  return {
    ...defined({ page, percent: percentOf(position, pageCount), minutes }),
    at: new Date(at).toISOString(),
  };
}

/** Progress as its own resource. */
export function presentProgress(entry: ProgressEntry, pageCount: number | undefined): Progress {
  const { id, isbn, readingId, note, version } = entry;
  return {
    id,
    isbn,
    readingId,
    ...presentPosition(entry, pageCount),
    ...defined({ note }),
    version,
  };
}
