import type { Reading, Status } from "../../../contract/library-fields.ts";

/** The day of an instant, in UTC: what the service knows of a reader's calendar. @param ms since the epoch */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/**
 * The readings after a book has moved to another status: beginning it notes the day unless a reading is open, finishing it
 * closes the open reading, or notes the day if nothing says that it was read. A reading without dates is a past one.
 */
export function readingsAfterMove(
  readings: readonly Reading[],
  status: Status | undefined,
  today: string,
): readonly Reading[] {
  const open = readings.findLastIndex(
    ({ startedAt, finishedAt }) => startedAt !== undefined && finishedAt === undefined,
  );
  const reading = readings[open];
  if (status === "reading") {
    return reading === undefined ? [...readings, { startedAt: today }] : readings;
  }
  if (status === "completed") {
    if (reading === undefined) return readings.length > 0 ? readings : [{ finishedAt: today }];
    return readings.with(open, { ...reading, finishedAt: notBefore(reading.startedAt, today) });
  }
  return readings;
}

/** It may be tomorrow where the reader is: nothing is finished before it was begun. */
function notBefore(startedAt: string | undefined, today: string): string {
  return startedAt !== undefined && startedAt > today ? startedAt : today;
}

/** When a book was last finished, as far as that is known: the greatest partial date. */
export function lastFinished(readings: readonly Reading[]): string | undefined {
  const dates = readings.flatMap(({ finishedAt }) =>
    finishedAt === undefined ? [] : [finishedAt],
  );
  return dates.sort().at(-1);
}
