import { dayIn } from "../../platform/time-zone.ts";
import { DAY_MS } from "../../platform/time.ts";
import type { ProgressEntry } from "./progress.ts";

/** The pages, minutes and records of progress of a day. */
export type ReadOnDay = readonly [pages: number, minutes: number, records: number];

/** What was read per day (YYYY-MM-DD). */
export type ReadingDays = ReadonlyMap<string, ReadOnDay>;

/** The parts of progress that determine the days. */
export type DatedProgress = Pick<
  ProgressEntry,
  "readingId" | "page" | "percent" | "minutes" | "at"
>;

/**
 * Derives what was read per day from the progress in one book: each record counts by how much it
 * exceeds all earlier ones of its reading. The pages of a reading thus add up to the highest page
 * reached.
 * @param progress by reading, then by time
 */
export function readingDays(
  progress: readonly DatedProgress[],
  pageCount: number | undefined,
  timeZone: string,
): Map<string, ReadOnDay> {
  const days = new Map<string, ReadOnDay>();
  let reading: string | undefined;
  let [highestPage, highestMinute] = [0, 0];
  for (const { readingId, page, percent = 0, minutes = 0, at } of progress) {
    if (readingId !== reading) [highestPage, highestMinute] = [0, 0];
    reading = readingId;
    const reached = page ?? Math.round((percent / 100) * (pageCount ?? 0));
    const morePages = Math.max(0, reached - highestPage);
    const moreMinutes = Math.max(0, minutes - highestMinute);
    highestPage += morePages;
    highestMinute += moreMinutes;
    addDay(days, dayIn(timeZone, at), [morePages, moreMinutes, 1]);
  }
  return days;
}

/** Adds the numbers of a day. */
export function addDay(days: Map<string, ReadOnDay>, day: string, more: ReadOnDay): void {
  const [pages, minutes, records] = days.get(day) ?? [0, 0, 0];
  days.set(day, [pages + more[0], minutes + more[1], records + more[2]]);
}

/**
 * The longest and the current run of consecutive days with progress. A run is current if it reaches
 * yesterday or today.
 * @param today YYYY-MM-DD
 */
export function streaksOf(days: ReadingDays, today: string): { current: number; longest: number } {
  let [length, longest, current] = [0, 0, 0];
  let next = "";
  for (const day of [...days.keys()].sort()) {
    length = day === next ? length + 1 : 1;
    longest = Math.max(longest, length);
    next = dayAfter(day);
    if (day === today || next === today) current = length;
  }
  return { current, longest };
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + DAY_MS).toISOString().slice(0, 10);
}
