/** What a status changes besides, as the service does it, by the calendar of the device and visible at once. */
import type { EntryChange } from "../../../../client/src/sync/types.ts";
import type { Reading } from "../../../../client/src/schema.ts";
import type { Status } from "../../ui/words/text.ts";

/** The reading that has begun and not ended. */
export const openReading = (readings: readonly Reading[]): Reading | undefined =>
  readings.findLast(
    ({ startedAt, finishedAt }) => startedAt !== undefined && finishedAt === undefined,
  );

/**
 * A change of the status. `reading` begins a reading unless one is open; `completed` ends the open one, or adds one if there is none
 * at all.
 * @param day today
 */
export function statusChange(
  readings: readonly Reading[],
  status: Status | undefined,
  day: string,
): EntryChange {
  const set = { status: status ?? null };
  const open = openReading(readings);
  if (status === "reading" && !open) return { set, addReadings: [{ startedAt: day }] };
  if (status !== "completed") return { set };
  if (!open) return readings.length > 0 ? { set } : { set, addReadings: [{ finishedAt: day }] };
  const { id, startedAt } = open;
  const finishedAt = startedAt !== undefined && startedAt > day ? startedAt : day;
  return { set, changeReadings: [{ id, finishedAt }] };
}

/** The change that puts a book back as it was before a status change: its status, and its readings by their ids. */
export function statusUndone(
  before: { status?: Status; readings: readonly Reading[] },
  after: readonly Reading[],
): EntryChange {
  const known = new Map(before.readings.map((reading) => [reading.id, reading]));
  const isChanged = (one: Reading): boolean =>
    known.has(one.id) && known.get(one.id)?.finishedAt !== one.finishedAt;
  return {
    set: { status: before.status ?? null },
    removeReadings: after.filter(({ id }) => !known.has(id)).map(({ id }) => id),
    changeReadings: after
      .filter(isChanged)
      .map(({ id }) => ({ id, finishedAt: known.get(id)?.finishedAt ?? null })),
  };
}
