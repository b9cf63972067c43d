/** Side effects of a status, and edits that revert edits. */
import { newKey } from "../../../client/src/new-key.ts";
import type { Reading } from "../../../client/src/schema.ts";
import { today } from "../ui/partial-date.ts";
import type { Edit, ListedBook } from "./library.ts";

export type Change = Extract<Edit, { op: "change" }>;

/** Context needed to make edits, apart from the books. */
export interface EditContext {
  /** `2026-03-09`, in the time zone of the user. */
  readonly today: string;
  newId(): string;
}

export const editContext = (): EditContext => ({ today: today(), newId: newKey });

/** The reading that has started and not ended. */
const openReading = (readings: readonly Reading[]): Reading | undefined =>
  readings.findLast(
    ({ startedAt, finishedAt }) => startedAt !== undefined && finishedAt === undefined,
  );

/**
 * Changes the status with the dates that the service would add, so that they are visible
 * immediately: starting a book adds a reading from today; finishing one ends the open reading
 * today, or adds a first reading that ends today.
 * @param status undefined for none
 */
export function statusEdit(
  { isbn, readings }: Pick<ListedBook, "isbn" | "readings">,
  status: ListedBook["status"],
  { today, newId }: EditContext,
): Change {
  const change: Change = { op: "change", isbn, set: { status: status ?? null } };
  const open = openReading(readings);
  if (status === "reading" && !open) {
    return { ...change, addReadings: [{ id: newId(), startedAt: today }] };
  }
  if (status !== "completed") return change;
  if (open) {
    const { id, startedAt = "" } = open;
    return {
      ...change,
      changeReadings: [{ id, finishedAt: startedAt > today ? startedAt : today }],
    };
  }
  if (readings.length > 0) return change;
  return { ...change, addReadings: [{ id: newId(), finishedAt: today }] };
}

/** The edit that reverts a change. @param before the book before the change */
export function inverseOf(edit: Change, before: ListedBook): Change {
  const values = before as unknown as Readonly<Record<string, unknown>>;
  const names = Object.keys(edit.set ?? {});
  const dates = new Map(before.readings.map((reading) => [reading.id, reading]));
  return {
    op: "change",
    isbn: edit.isbn,
    set: Object.fromEntries(names.map((name) => [name, values[name] ?? null])),
    addTags: (edit.removeTags ?? []).filter((tag) => before.tags.includes(tag)),
    removeTags: (edit.addTags ?? []).filter((tag) => !before.tags.includes(tag)),
    removeReadings: (edit.addReadings ?? []).flatMap(({ id }) => id ?? []),
    addReadings: (edit.removeReadings ?? []).flatMap((id) => dates.get(id) ?? []),
    changeReadings: (edit.changeReadings ?? []).flatMap(({ id }) => {
      const reading = dates.get(id);
      if (!reading) return [];
      const { startedAt = null, finishedAt = null } = reading;
      return { id, startedAt, finishedAt };
    }),
  };
}
