import type { Reading, Status } from "../../../contract/library-fields.ts";

/**
 * The readings after a change of status. `reading` starts a reading today unless one is open. `completed` finishes the open
 * reading, or adds one that finished today if there is none at all. A reading without dates counts as finished.
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

/**
 * The finish date must not be before the start date, which may be tomorrow if the user started in
 * another time zone.
 */
function notBefore(startedAt: string | undefined, today: string): string {
  return startedAt !== undefined && startedAt > today ? startedAt : today;
}

/** The latest finish date, as a partial date; undefined if none is known. */
export function lastFinished(readings: readonly Reading[]): string | undefined {
  const dates = readings.flatMap(({ finishedAt }) =>
    finishedAt === undefined ? [] : [finishedAt],
  );
  return dates.sort().at(-1);
}
