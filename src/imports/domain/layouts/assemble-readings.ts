import {
  MAX_READINGS,
  readingsSchema,
  type Reading,
  type Status,
} from "../../../../contract/library-fields.ts";
import { note, type Draft } from "./draft.ts";
import { defined } from "../../../platform/defined.ts";
import { DAY_MS } from "../../../platform/time.ts";

/**
 * An end belongs to an open reading that began at most this long before, regardless of the row's
 * read count.
 */
const MAX_READING_DAYS = 366;

/**
 * Builds the readings of a row: first those with dates, then undated ones up to the read count. Services also count a reading
 * that is in progress or was abandoned.
 */
export function readingsOf(draft: Draft, status: Status | undefined): Reading[] {
  const { sessions, again, started, finished, lastRead, count } = draft.read;
  const dated = [...sessions];
  const isListed =
    finished !== undefined && dated.some(({ finishedAt }) => finishedAt === finished);
  if ((finished !== undefined && !isListed) || started !== undefined) {
    addSingle(dated, { startedAt: started, finishedAt: isListed ? undefined : finished }, count);
  }
  dated.push(...again.values());
  if (dated.length === 0 && lastRead !== undefined) dated.push({ finishedAt: lastRead });
  const readings = withoutAbandonedEnd(dated, draft, status).map((reading) =>
    inOrder(reading, draft),
  );
  const isUnderWay = status === "reading" || status === "paused" || status === "abandoned";
  const undated = Math.max(
    0,
    (count ?? 0) - dated.length - (isUnderWay && dated.length === 0 ? 1 : 0),
  );
  const total = readings.length + undated;
  if (total > MAX_READINGS) note(draft, "LIST_SHORTENED", `${total} readings.`);
  const added = Math.max(0, Math.min(undated, MAX_READINGS - readings.length));
  return [...readings.slice(0, MAX_READINGS), ...Array.from({ length: added }, () => ({}))];
}

/**
 * Adds the reading from separate start and end columns. A start without an end completes the last reading if that has only
 * an end; an end without a start ends the last open reading, unless the row counts another one and they are over a year apart.
 */
function addSingle(
  dated: Reading[],
  { startedAt, finishedAt }: { [Side in keyof Reading]: string | undefined },
  count: number | undefined,
): void {
  const last = dated.at(-1);
  const completes =
    finishedAt === undefined && startedAt !== undefined && last?.startedAt === undefined;
  if (completes && last?.finishedAt !== undefined && startedAt <= last.finishedAt) {
    dated[dated.length - 1] = { startedAt, finishedAt: last.finishedAt };
    return;
  }
  const open = dated.findLastIndex((reading) => isOpenSince(reading, startedAt, finishedAt));
  const start = dated[open]?.startedAt;
  if (start !== undefined && finishedAt !== undefined) {
    const days = (Date.parse(finishedAt) - Date.parse(start)) / DAY_MS;
    if (days <= MAX_READING_DAYS || (count ?? 0) <= dated.length) {
      dated[open] = { startedAt: start, finishedAt };
      return;
    }
  }
  dated.push({
    ...defined({ startedAt, finishedAt }),
  });
}

/** Whether a reading has no end, and may have begun at `startedAt` and ended at `finishedAt`. */
const isOpenSince = (reading: Reading, startedAt?: string, finishedAt = ""): boolean =>
  reading.finishedAt === undefined &&
  reading.startedAt !== undefined &&
  reading.startedAt === (startedAt ?? reading.startedAt) &&
  reading.startedAt.slice(0, finishedAt.length) <= finishedAt.slice(0, reading.startedAt.length);

/**
 * Removes the last end date of an abandoned book, which would otherwise count as a finished reading, unless a later reading
 * has no end.
 */
function withoutAbandonedEnd(
  dated: Reading[],
  { read }: Draft,
  status: Status | undefined,
): Reading[] {
  if (status !== "abandoned" || read.ends.length === 0) return dated;
  const ends = dated.map(({ finishedAt }) => finishedAt ?? "");
  const latest = ends.toSorted().at(-1) ?? "";
  const last = ends.indexOf(latest);
  const isOpen = dated.some(
    ({ startedAt = "", finishedAt }) => finishedAt === undefined && startedAt >= latest,
  );
  if (isOpen) return dated;
  return dated.flatMap((reading, index) => {
    if (index !== last || reading.finishedAt === undefined) return [reading];
    return reading.startedAt === undefined ? [] : [{ startedAt: reading.startedAt }];
  });
}

function inOrder(reading: Reading, draft: Draft): Reading {
  if (readingsSchema.safeParse([reading]).success) return reading;
  note(draft, "DATES_SWAPPED", `${reading.startedAt} to ${reading.finishedAt}.`);
  return {};
}

/** Infers the status from dates, for rows without a status column. */
export function impliedStatus({ read }: Draft): Status | undefined {
  const { sessions, started, finished, lastRead, givenUp } = read;
  const isOpen = sessions.some(({ startedAt, finishedAt }) => startedAt && !finishedAt);
  if (isOpen || (started !== undefined && finished === undefined)) {
    return givenUp ? "abandoned" : "reading";
  }
  // The last date in a Jelu export may be the day on which the book was abandoned.
  const isLastRead = lastRead !== undefined && !givenUp;
  const isFinished = finished !== undefined || isLastRead || sessions.length > 0;
  if (isFinished) return "completed";
  return givenUp ? "abandoned" : undefined;
}
