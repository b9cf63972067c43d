import { VALUE_FIELDS, type Entry, type EntryReading, type StoredEntry } from "./entry.ts";

/** The fields of an entry that have a writer. */
const FIELDS = [...VALUE_FIELDS, "tags", "readings"] as const;

/** Stands for fields that are not known: another release has written some of them. */
export const ANY_FIELD = "other";

/**
 * The latest write of each field that was ever written: the writer (`user`, or the format of an import) and the version.
 * `place` is the number of earlier rows of the same book in the file; of `readings`, it is instead the version since which no
 * one else has written them. It may be absent: then it is 0, or the version itself.
 */
export type FieldWrites = Readonly<
  Partial<
    Record<
      (typeof FIELDS)[number] | typeof ANY_FIELD,
      readonly [writer: string, version: number, place?: number]
    >
  >
>;

/** Who writes an entry. */
export interface Writer {
  /** `user`, or the format of the file. */
  writer: string;
  /** The number of earlier rows of the same book in the file; 0 if absent. */
  place?: number;
}

/** Writer of every change by hand. */
export const BY_HAND = "user";

/**
 * The entry as a write stores it: with its version, the writer of every field that changes, and an id for each reading that
 * has none. Ids are unique within the entry, because no two writes of an entry share a version.
 * @param before the entry that the write replaces, if any
 */
export function written(
  entry: Entry,
  before: StoredEntry | undefined,
  { writer, place = 0, version }: Writer & { version: number },
): StoredEntry {
  const changed = FIELDS.filter((field) => contentOf(entry, field) !== contentOf(before, field));
  const fieldWrites: FieldWrites = {
    ...before?.fieldWrites,
    ...entry.fieldWrites,
    ...Object.fromEntries(
      changed.map((field) => {
        const since = sinceOf(before?.fieldWrites, writer);
        return [field, placed(writer, version, field === "readings" ? since : place)];
      }),
    ),
  };
  return {
    ...entry,
    readings: withIds(entry.readings, version),
    version,
    ...(Object.keys(fieldWrites).length > 0 ? { fieldWrites } : {}),
  };
}

/** A write of a field; a place of 0 is left out. */
export function placed(
  writer: string,
  version: number,
  place = 0,
): readonly [writer: string, version: number, place?: number] {
  return place === 0 ? [writer, version] : [writer, version, place];
}

/** The version since which `writer` alone has written the readings; undefined if another one wrote them last. */
function sinceOf(writes: FieldWrites | undefined, writer: string): number | undefined {
  const [last, version, since = version] = writes?.readings ?? [];
  return last === writer ? since : undefined;
}

/** Whether a reading was added by `writer`, and no one else has written the readings since. */
export function isReadingOf(
  { id }: EntryReading,
  writes: FieldWrites | undefined,
  writer: string,
): boolean {
  const since = sinceOf(writes, writer);
  const [, lastVersion = 0] = writes?.readings ?? [];
  const [, made = ""] = /^([0-9a-z]+)-\d+$/.exec(id ?? "") ?? [];
  const version = Number.parseInt(made, 36);
  // Ids of clients may look like one of a version that is yet to come.
  return since !== undefined && version >= since && version <= lastVersion;
}

/** The readings with an id for each; missing ids are made from the version of the entry. */
export function withIds(readings: readonly EntryReading[], version: number): EntryReading[] {
  const taken = new Set(readings.map(({ id }) => id));
  let next = 0;
  return readings.map((reading, index) => {
    if (reading.id !== undefined) return reading;
    // Rows of one step share a version, so an id may be taken by a reading that has moved.
    for (next = Math.max(next, index); taken.has(idOf(version, next)); next += 1);
    const id = idOf(version, next);
    next += 1;
    return { ...reading, id };
  });
}

const idOf = (version: number, index: number): string => `${version.toString(36)}-${index}`;

/** The content of a field as text; absent and empty fields are equal. */
function contentOf(entry: Entry | undefined, field: (typeof FIELDS)[number]): string {
  if (entry === undefined) return "";
  if (field === "tags") return entry.tags.length > 0 ? JSON.stringify(entry.tags) : "";
  if (field !== "readings") return JSON.stringify(entry[field]) ?? "";
  const dates = entry.readings.map(({ startedAt, finishedAt }) => [startedAt, finishedAt]);
  return dates.length > 0 ? JSON.stringify(dates) : "";
}
