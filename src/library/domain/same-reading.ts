import type { Reading } from "../../../contract/library-fields.ts";
import { DAY_MS } from "../../platform/time.ts";
import type { EntryReading } from "./entry.ts";

/**
 * An open reading and one with only a known end are the same if they are at most this far apart.
 */
const MAX_READING_DAYS = 366;

/**
 * Finds the reading of an entry, by dates, that has another id in another library of this service.
 * @param reading its dates in that library
 */
export function readingLike(
  readings: readonly EntryReading[],
  reading: Reading,
): EntryReading | undefined {
  for (const isPair of [isEqual, isConsistent, isStartOrEnd]) {
    const pairs = readings.filter((one) => isPair(one, reading));
    const [like] = pairs.toSorted((a, b) => inCommon(b, reading) - inCommon(a, reading));
    if (like) return like;
  }
  return undefined;
}

/**
 * The entry's id for the reading of some progress; the given id if the entry has no such reading.
 */
export function readingIdIn(
  readings: readonly EntryReading[],
  { readingId, reading }: { readingId: string; reading?: Reading | undefined },
): string {
  const named = readings.find(({ id }) => id === readingId);
  const isKnown = named !== undefined && (reading === undefined || !isPosition(readingId));
  if (isKnown || reading === undefined) return readingId;
  return readingLike(readings, reading)?.id ?? readingId;
}

/** The number of characters that the dates of two readings have in common. */
export function inCommon(one: Reading | undefined, other: Reading): number {
  const common = (a = "", b = ""): number => (agrees(a, b) ? Math.min(a.length, b.length) : 0);
  return common(one?.startedAt, other.startedAt) + common(one?.finishedAt, other.finishedAt);
}

/**
 * Whether two readings have the same id. An id that is a position has no meaning in another
 * library.
 */
export const isNamesake = (one: Reading, { id }: Reading): boolean =>
  id !== undefined && one.id === id && !isPosition(id);

const isPosition = (id: string): boolean => /^r\d+$/.test(id);

export const isEqual = (one: Reading, other: Reading): boolean =>
  one.startedAt === other.startedAt && one.finishedAt === other.finishedAt;

/** Whether two dates are equal at the precision that both have. */
export const agrees = (one: string, other: string): boolean =>
  one.startsWith(other) || other.startsWith(one);

/** Whether two readings share a start or an end and do not differ in any date. */
export function isConsistent(one: Reading, other: Reading): boolean {
  const [starts, ends] = [
    sides(one.startedAt, other.startedAt),
    sides(one.finishedAt, other.finishedAt),
  ];
  if (!starts && !ends) return false;
  return (!starts || agrees(...starts)) && (!ends || agrees(...ends));
}

/**
 * Whether two readings could be the start and the end of the same one: neither date is known on
 * both sides, and they are close enough.
 */
export function isStartOrEnd(one: Reading, other: Reading): boolean {
  if (sides(one.startedAt, other.startedAt) || sides(one.finishedAt, other.finishedAt))
    return false;
  const [start, end] = [one.startedAt ?? other.startedAt, one.finishedAt ?? other.finishedAt];
  if (start === undefined || end === undefined) return false;
  const distance = daysBetween(start, end);
  return distance >= 0 && distance <= MAX_READING_DAYS;
}

export const sides = (one?: string, other?: string): [string, string] | undefined =>
  one === undefined || other === undefined ? undefined : [one, other];

export const daysBetween = (one: string, other: string): number =>
  (Date.parse(other) - Date.parse(one)) / DAY_MS;
