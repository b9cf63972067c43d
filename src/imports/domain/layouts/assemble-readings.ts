import {
  MAX_READINGS,
  readingsSchema,
  type Reading,
  type Status,
} from "../../../../contract/library-fields.ts";
import { note, type Draft } from "./draft.ts";

/**
 * The readings of a row: those with dates, then those that only the count knows of. A reading that is still going on, or
 * that was given up, is in the services' counts, too.
 */
export function readingsOf(draft: Draft, status: Status | undefined): Reading[] {
  const { sessions, started, finished, lastRead, count } = draft.read;
  const dated = [...sessions];
  const isTold = finished !== undefined && dated.some(({ finishedAt }) => finishedAt === finished);
  if ((finished !== undefined && !isTold) || started !== undefined) {
    addSingle(dated, started, isTold ? undefined : finished);
  }
  if (dated.length === 0 && lastRead !== undefined) dated.push({ finishedAt: lastRead });
  const kept = withoutGivenUp(dated, draft, status).map((reading) => inOrder(reading, draft));
  const isUnderWay = status === "reading" || status === "paused" || status === "abandoned";
  const undated = Math.max(
    0,
    (count ?? 0) - dated.length - (isUnderWay && dated.length === 0 ? 1 : 0),
  );
  const total = kept.length + undated;
  if (total > MAX_READINGS) note(draft, "LIST_SHORTENED", `${total} readings.`);
  const added = Math.max(0, Math.min(undated, MAX_READINGS - kept.length));
  return [...kept.slice(0, MAX_READINGS), ...Array.from({ length: added }, () => ({}))];
}

/** A start and an end in columns of their own are one reading; a start belongs to an end that another column told. */
function addSingle(
  dated: Reading[],
  startedAt: string | undefined,
  finishedAt: string | undefined,
): void {
  const last = dated.at(-1);
  const completes =
    finishedAt === undefined && startedAt !== undefined && last?.startedAt === undefined;
  if (completes && last?.finishedAt !== undefined && startedAt <= last.finishedAt) {
    dated[dated.length - 1] = { startedAt, finishedAt: last.finishedAt };
    return;
  }
  dated.push({
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(finishedAt === undefined ? {} : { finishedAt }),
  });
}

/** The last day of a book that was not finished is no end of a reading: it would count as one. */
function withoutGivenUp(dated: Reading[], { read }: Draft, status: Status | undefined): Reading[] {
  if (status !== "abandoned" || read.ends.length === 0) return dated;
  const ends = dated.map(({ finishedAt }) => finishedAt ?? "");
  const last = ends.indexOf(ends.toSorted().at(-1) ?? "");
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

/** The status that dates imply, for rows in which no column tells it. */
export function impliedStatus({ read }: Draft): Status | undefined {
  const { sessions, started, finished, lastRead, givenUp } = read;
  const isOpen = sessions.some(({ startedAt, finishedAt }) => startedAt && !finishedAt);
  if (isOpen || (started !== undefined && finished === undefined)) {
    return givenUp ? "abandoned" : "reading";
  }
  // Jelu's last day may be the one on which the book was given up.
  const isLastRead = lastRead !== undefined && !givenUp;
  const isFinished = finished !== undefined || isLastRead || sessions.length > 0;
  if (isFinished) return "completed";
  return givenUp ? "abandoned" : undefined;
}
