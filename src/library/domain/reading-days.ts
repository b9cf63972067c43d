import { dayIn } from "../../platform/time-zone.ts";
import { DAY_MS } from "../../platform/time.ts";
import type { ProgressEntry } from "./progress.ts";

/** What was read on a day: pages, minutes, and records of progress. */
export type ReadOnDay = readonly [pages: number, minutes: number, records: number];

/** What was read by day (YYYY-MM-DD). */
export type ReadingDays = ReadonlyMap<string, ReadOnDay>;

/** Progress as the days see it. */
export type DatedProgress = Pick<
  ProgressEntry,
  "readingId" | "page" | "percent" | "minutes" | "at"
>;

/**
 * What the progress in one book says about the days on which it was read: by how much each record exceeds all earlier ones of
 * its reading. The pages of a reading add up to the highest page that it has reached.
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

/** Adds what was read on a day. */
export function addDay(days: Map<string, ReadOnDay>, day: string, more: ReadOnDay): void {
  const [pages, minutes, records] = days.get(day) ?? [0, 0, 0];
  days.set(day, [pages + more[0], minutes + more[1], records + more[2]]);
}

/** Days in a row with progress. A streak is current while it has reached yesterday. @param today YYYY-MM-DD */
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
