import type { Entry, EntryReading, StoredEntry } from "./entry.ts";
import {
  FIELDS,
  OWN_BOOK,
  readingField,
  type EntryField,
  type FieldWrite,
  type FieldWrites,
  type ReadingField,
} from "./fields.ts";

/** The writer of an entry. */
export interface Writer {
  /** `user`, or the format of the file. */
  writer: string;
  /** The number of earlier rows of the same book in the file; 0 if absent. */
  place?: number;
}

/** A write of an entry. */
interface Written extends Writer {
  version: number;
  /** Whether the write also changes the user's own details of the book. */
  writesBook?: boolean;
}

/** Writer of all changes that the user makes directly. */
export const BY_HAND = "user";

/**
 * Completes an entry for storage: sets the version, the writer of every changed field, and an id
 * for each reading without one. Ids are unique within the entry, because no two writes of an entry
 * share a version.
 * @param before the entry that the write replaces, if any
 */
export function written(
  entry: Entry,
  before: StoredEntry | undefined,
  { writer, place = 0, version, writesBook = false }: Written,
): StoredEntry {
  const changed = changedFields(entry, before);
  const fieldWrites: FieldWrites = {
    ...withoutReadings(before?.fieldWrites),
    ...withoutReadings(entry.fieldWrites),
    ...readingWrites(entry, before, placed(writer, version)),
    ...(writesBook ? { [OWN_BOOK]: placed(writer, version) } : {}),
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

/** The fields whose content differs. @param before the entry before a write, if any */
export function changedFields(entry: Entry, before: Entry | undefined): EntryField[] {
  return FIELDS.filter((field) => contentOf(entry, field) !== contentOf(before, field));
}

/**
 * The latest writes of single readings of the entry, including those that this write does not
 * change.
 */
function readingWrites(
  { readings }: Entry,
  before: StoredEntry | undefined,
  write: FieldWrite,
): FieldWrites {
  const old = new Map(before?.readings.map((reading) => [reading.id, reading]));
  const writes: Record<ReadingField, FieldWrite> = {};
  for (const { id, startedAt, finishedAt } of readings) {
    const reading = id === undefined ? undefined : old.get(id);
    if (id === undefined || reading === undefined) continue;
    const field = readingField(id);
    const isSame = reading.startedAt === startedAt && reading.finishedAt === finishedAt;
    const last = isSame ? before?.fieldWrites?.[field] : write;
    if (last) writes[field] = last;
  }
  return writes;
}

/** The writes of all fields but single readings. */
function withoutReadings(writes: FieldWrites | undefined): FieldWrites | undefined {
  if (writes === undefined) return undefined;
  const others = Object.entries(writes).filter(([field]) => !field.startsWith(readingField("")));
  return Object.fromEntries(others);
}

/** A write of a field; a place of 0 is omitted. */
export function placed(writer: string, version: number, place = 0): FieldWrite {
  return place === 0 ? [writer, version] : [writer, version, place];
}

/**
 * The version since which only `writer` has written the readings; undefined if another writer wrote
 * them last.
 */
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
  // An id from a client may look like one of a future version.
  return since !== undefined && version >= since && version <= lastVersion;
}

/** Gives each reading an id; missing ids are derived from the version of the entry. */
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
