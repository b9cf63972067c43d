import { MAX_READINGS, type Reading } from "../../../contract/library-fields.ts";
import { defined } from "../../platform/defined.ts";
import type { EntryReading } from "./entry.ts";
import {
  agrees,
  daysBetween,
  inCommon,
  isConsistent,
  isEqual,
  isNamesake,
  isStartOrEnd,
  sides,
} from "./same-reading.ts";

/** Readings of one book in a row of a file. */
export interface FileReadings {
  readings: readonly Reading[];
  /** The number of readings, if the file states it. */
  count?: number | undefined;
  /**
   * Whether the row's book is being read or was abandoned; then a reading without an end does not
   * count as finished.
   */
  isUnderWay: boolean;
  /**
   * Whether the book was being read or paused before this row; then an open reading in the file is
   * the same one.
   */
  wasUnderWay?: boolean | undefined;
  /**
   * The number of earlier rows of the same book in the file; 0 if absent. Each row of a reading log
   * is another reading.
   */
  place?: number | undefined;
  /** Whether the latest import of the same service added this reading, so that the file may correct its dates. */
  isOwn(reading: EntryReading): boolean;
}

/** The readings of an entry after a merge. */
export interface MergedReadings {
  readings: EntryReading[];
  /**
   * Whether a reading of the file exists with other dates from the user or another service, which
   * are kept.
   */
  isKept: boolean;
}

/** A different date counts as a correction if it moved by at most this much. */
const MAX_CORRECTION_DAYS = 31;
/** Services in different time zones may date the end of one reading this far apart. */
const MAX_ZONE_DAYS = 1;

/**
 * Merges the readings of a file into those of an entry: a union by date. A reading that both sides
 * know in part is completed from the other side. A reading without dates is added only if the
 * counts require it, and is later replaced by a dated one. No reading is removed.
 */
export function mergeReadings(before: readonly EntryReading[], file: FileReadings): MergedReadings {
  const { readings: given, isUnderWay } = file;
  // Only exports of this service have reading ids, which are kept in another library.
  if (before.length === 0 && given.some(({ id }) => id !== undefined)) {
    return { readings: [...given], isKept: false };
  }
  let isKept = false;
  const join = (old: EntryReading, found: Reading): EntryReading => {
    const both = joined(old, found, file);
    isKept ||= !isShownBy(both, found);
    return both;
  };
  const merged = [...before];
  const free = new Set(before.keys());
  let unknown = given.filter(isDated);
  const areTaken = before.filter((reading) => file.isOwn(reading)).length <= (file.place ?? 0);
  const isSame = (old: EntryReading, found: Reading): boolean =>
    isConsistent(old, found) && (!(areTaken && file.isOwn(old)) || isOneDay(old, found));
  for (const isPair of [isNamesake, isEqual, isSame, isStartOrEnd, isOneDay]) {
    unknown = matched(merged, free, unknown, isPair, join);
  }
  unknown = withoutCorrections(merged, free, unknown, file);
  unknown = withoutRestarts(merged, free, unknown, file);
  const added = withoutSameEnds(merged, free, unknown, file, join);

  const counts = ({ startedAt, finishedAt }: Reading): boolean =>
    !isUnderWay || startedAt === undefined || finishedAt !== undefined;
  const total = Math.max(before.filter(counts).length, given.filter(counts).length);
  const dated = [...merged, ...added].filter((reading) => isDated(reading) && counts(reading));
  const undated = Math.max(0, total - dated.length);
  const places = merged.flatMap((reading, index) => (isDated(reading) ? [] : [index]));
  for (const index of places.slice(undated)) {
    const found = added.findIndex(counts);
    const [reading] = found === -1 ? [] : added.splice(found, 1);
    if (reading) merged[index] = { ...merged[index], ...datesOf(reading) };
  }
  const missing = Array.from({ length: Math.max(0, undated - places.length) }, () => ({}));
  const taken = new Set(merged.map(({ id }) => id));
  const all = [
    ...merged,
    ...added.map((reading) => (taken.has(reading.id) ? datesOf(reading) : reading)),
    ...missing,
  ];
  return { readings: all.slice(0, Math.max(MAX_READINGS, before.length)), isKept };
}

/**
 * Pairs each reading with the unpaired reading of the entry whose dates match most precisely.
 * @returns the readings without a match
 */
function matched(
  merged: EntryReading[],
  free: Set<number>,
  readings: readonly Reading[],
  isPair: (old: EntryReading, reading: Reading) => boolean,
  pair: (old: EntryReading, reading: Reading) => EntryReading,
): Reading[] {
  return readings.filter((reading) => {
    const places = [...free].filter((place) => {
      const old = merged[place];
      return old !== undefined && isDated(old) && isPair(old, reading);
    });
    const [index] = places.toSorted(
      (a, b) => inCommon(merged[b], reading) - inCommon(merged[a], reading),
    );
    const old = index === undefined ? undefined : merged[index];
    if (index === undefined || old === undefined) return true;
    free.delete(index);
    merged[index] = pair(old, reading);
    return false;
  });
}

/**
 * Replaces a reading from an earlier file of the service by the one in this file, if the dates are
 * close and the file has fewer readings than the merge would have.
 * @returns the readings that are new
 */
function withoutCorrections(
  merged: EntryReading[],
  free: Set<number>,
  readings: readonly Reading[],
  { count, isOwn, place = 0 }: FileReadings,
): Reading[] {
  if (count === undefined || place > 0) return [...readings];
  let excess = merged.filter(isDated).length + readings.length - count;
  return matched(
    merged,
    free,
    readings,
    (old, reading) => excess > 0 && isOwn(old) && isCorrected(old, reading),
    (old, reading) => {
      excess -= 1;
      return { ...old, ...datesOf(reading) };
    },
  );
}

/**
 * Moves the start of an open reading from an earlier file of the service to the start in this file.
 * @returns the readings that are new
 */
function withoutRestarts(
  merged: EntryReading[],
  free: Set<number>,
  readings: readonly Reading[],
  { isOwn, wasUnderWay = false, place = 0 }: FileReadings,
): Reading[] {
  if (!wasUnderWay || place > 0) return [...readings];
  return matched(
    merged,
    free,
    readings,
    (old, reading) => isOwn(old) && isOpen(old) && reading.startedAt !== undefined,
    (old, reading) => ({ ...old, ...datesOf(reading) }),
  );
}

/**
 * Pairs a finished reading with one from the user or another service that has a different end: at
 * most a day apart, or close if the file has fewer readings than the merge would have.
 * @returns the readings that are new
 */
function withoutSameEnds(
  merged: EntryReading[],
  free: Set<number>,
  readings: readonly Reading[],
  { count, isOwn, place = 0 }: FileReadings,
  join: (old: EntryReading, reading: Reading) => EntryReading,
): Reading[] {
  const finished = [...merged, ...readings].filter(isEnded).length;
  let excess = count === undefined || place > 0 ? 0 : finished - count;
  return matched(
    merged,
    free,
    readings,
    (old, reading) => {
      if (isOwn(old) || !isEnded(old) || !isEnded(reading)) return false;
      return isZoneApart(old, reading) || (excess > 0 && isClose(old, reading));
    },
    (old, reading) => {
      excess -= 1;
      return join(old, reading);
    },
  );
}

const isDated = ({ startedAt, finishedAt }: Reading): boolean =>
  startedAt !== undefined || finishedAt !== undefined;

const isEnded = ({ finishedAt }: Reading): boolean => finishedAt !== undefined;

const isOpen = ({ startedAt, finishedAt }: Reading): boolean =>
  startedAt !== undefined && finishedAt === undefined;

/** Whether a reading matches all known dates of another one. */
function isShownBy(reading: Reading, { startedAt, finishedAt }: Reading): boolean {
  const isSame = (date = "", shown = date): boolean => agrees(date, shown);
  return isSame(reading.startedAt, startedAt) && isSame(reading.finishedAt, finishedAt);
}

const datesOf = ({ startedAt, finishedAt }: Reading): Reading => defined({ startedAt, finishedAt });

/** Whether two readings begin or end on the same day, so that they must be the same reading. */
function isOneDay(one: Reading, other: Reading): boolean {
  const isDay = (a?: string, b?: string): boolean => a?.length === 10 && a === b;
  return isDay(one.startedAt, other.startedAt) || isDay(one.finishedAt, other.finishedAt);
}

/** The ends of two readings, or their starts if an end is missing. */
const comparable = (one: Reading, other: Reading): [string, string] | undefined =>
  sides(one.finishedAt, other.finishedAt) ?? sides(one.startedAt, other.startedAt);

function isClose(one: Reading, other: Reading): boolean {
  const [a, b] = comparable(one, other) ?? [];
  if (a === undefined || b === undefined) return false;
  return Math.abs(daysBetween(a, b)) <= MAX_CORRECTION_DAYS;
}

/**
 * Whether a service's date may be a correction of the earlier one: it is close, in the same year,
 * or differs only in the year.
 */
function isCorrected(old: Reading, reading: Reading): boolean {
  const [a = "", b = ""] = comparable(old, reading) ?? [];
  if (a === "" || b === "") return false;
  const isSameDay = a.length === 10 && a.slice(4) === b.slice(4);
  return isSameDay || a.slice(0, 4) === b.slice(0, 4) || isClose(old, reading);
}

/** Whether two readings end at most a day apart, and neither begins after the end of the other. */
function isZoneApart(one: Reading, other: Reading): boolean {
  const [a = "", b = ""] = sides(one.finishedAt, other.finishedAt) ?? [];
  if (a.length !== 10 || b.length !== 10) return false;
  const isApart = (one.startedAt ?? "") > b || (other.startedAt ?? "") > a;
  return !isApart && Math.abs(daysBetween(a, b)) <= MAX_ZONE_DAYS;
}

/**
 * The old reading completed from the other one. Where they differ, a service corrects its own
 * reading; otherwise the old one wins.
 */
function joined(old: EntryReading, reading: Reading, { isOwn }: FileReadings): EntryReading {
  const [base, winner] = isOwn(old) ? [old, reading] : [reading, old];
  const startedAt = finer(base.startedAt, winner.startedAt);
  const finishedAt = finer(base.finishedAt, winner.finishedAt);
  const isInOrder =
    startedAt === undefined ||
    finishedAt === undefined ||
    startedAt.slice(0, finishedAt.length) <= finishedAt.slice(0, startedAt.length);
  if (!isInOrder) return old;
  return {
    ...old,
    ...defined({ startedAt, finishedAt }),
  };
}

/** The more precise of two dates that agree; otherwise the second. */
function finer(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return other ?? one;
  return agrees(one, other) && one.length > other.length ? one : other;
}
