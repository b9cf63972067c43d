import type { Entry, EntryReading, StoredEntry } from "./entry.ts";

/** The fields of an entry that have a writer. */
const FIELDS = ["status", "rating", "review", "notes", "tags", "readings"] as const;

/** The latest write of each field that was ever written: the writer (`user`, or the format of an import) and the version. */
export type FieldWrites = Readonly<
  Partial<Record<(typeof FIELDS)[number], readonly [writer: string, version: number]>>
>;

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
  { writer, version }: { writer: string; version: number },
): StoredEntry {
  const changed = FIELDS.filter((field) => contentOf(entry, field) !== contentOf(before, field));
  const fieldWrites: FieldWrites = {
    ...before?.fieldWrites,
    ...Object.fromEntries(changed.map((field) => [field, [writer, version] as const])),
  };
  return {
    ...entry,
    readings: withIds(entry.readings, version),
    version,
    ...(Object.keys(fieldWrites).length > 0 ? { fieldWrites } : {}),
  };
}

/** The readings with an id for each; missing ids are made from the version of the entry. */
export function withIds(readings: readonly EntryReading[], version: number): EntryReading[] {
  return readings.map((reading, index) => ({
    ...reading,
    id: reading.id ?? `${version.toString(36)}-${index}`,
  }));
}

/** The content of a field as text; absent and empty fields are equal. */
function contentOf(entry: Entry | undefined, field: (typeof FIELDS)[number]): string {
  if (entry === undefined) return "";
  if (field === "tags") return entry.tags.length > 0 ? JSON.stringify(entry.tags) : "";
  if (field !== "readings") return JSON.stringify(entry[field]) ?? "";
  const dates = entry.readings.map(({ startedAt, finishedAt }) => [startedAt, finishedAt]);
  return dates.length > 0 ? JSON.stringify(dates) : "";
}
