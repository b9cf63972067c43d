import type { Status } from "../../../contract/library-fields.ts";
import { withChange, type Entry, type EntryChange, type EntryReading } from "./entry.ts";
import { VALUE_FIELDS, type ValueField } from "./fields.ts";
import { BY_HAND, isReadingOf, placed, type Writer } from "./field-writes.ts";
import type { FieldWrites } from "./fields.ts";
import { mergeReadings, type MergedReadings } from "./merge-readings.ts";

/** Ranks statuses by how far the reading has progressed. */
const RANK: Readonly<Record<Status, number>> = {
  want_to_read: 1,
  reading: 2,
  paused: 2,
  abandoned: 2,
  completed: 3,
};

/** An entry as parsed from a file. Empty cells are absent, so a file never clears a field. */
export type ParsedEntry = {
  [Field in keyof EntryChange]?: NonNullable<EntryChange[Field]> | undefined;
} & {
  /** The number of readings, if the file states it. */
  readCount?: number | undefined;
  extra?: Readonly<Record<string, string>> | undefined;
};

/** The fields for which a merge may keep the entry's values. */
export type KeptField = ValueField | "readings";

/** The row that is merged into an entry. */
export interface ParsedSource extends Writer {
  /** Seconds since the epoch. */
  at: number;
}

/** A merged entry, and the fields for which the file's values were not used. */
export interface MergedEntry {
  entry: Entry;
  /**
   * Fields that the user or another service wrote, and `status` if the file would lower
   * `completed`; `readings` if the entry has different dates for a reading of the file.
   */
  kept: readonly KeptField[];
  /** Fields for which another row of the same file has a different value. */
  differing: readonly ValueField[];
  /** Whether a field is now attributed to an earlier row of the file, which has the same value. */
  isReattributed: boolean;
}

/**
 * Columns that a service computes for its own pages. A change of only these does not count as a
 * change of the entry.
 */
const COMPUTED_COLUMNS: ReadonlySet<string> = new Set([
  "Average Rating",
  "Bookshelves with positions",
]);

/**
 * Merges a parsed row into an entry. A value of the file is used if the entry has none, or if the
 * present one was last written by the same service; `completed` is never lowered. Tags and readings
 * are unions. Of several rows for one book in a file, the highest status counts, and for other
 * fields the first row with a value. A row that ends the current reading also updates the status,
 * whichever service the reading came from.
 */
export function mergeParsed(entry: Entry, parsed: ParsedEntry, source: ParsedSource): MergedEntry {
  const { readings, isKept = false } = withReadings(entry, parsed, source) ?? {};
  const isEnded = parsed.status === "completed" && endsReading(entry, readings);
  const choices = new Map(
    VALUE_FIELDS.map((field) => [field, choiceOf(field, entry, parsed, source, isEnded)]),
  );
  const chosen = (choice: Choice): ValueField[] =>
    VALUE_FIELDS.filter((field) => choices.get(field) === choice);
  const fieldWrites = reattributed(entry, parsed, source);
  const merged = withChange(
    fieldWrites ? { ...entry, fieldWrites } : entry,
    { ...valuesOf(parsed, chosen("file")), tags: withTags(entry, parsed), readings },
    source.at,
  );
  return {
    entry: withExtra(merged, extraOf(entry, parsed, source)),
    kept: [...chosen("kept"), ...(isKept ? (["readings"] as const) : [])],
    differing: chosen("differing"),
    isReattributed: fieldWrites !== undefined,
  };
}

/** The given fields of a row, as a change. Tags and readings are unions. */
function valuesOf(parsed: ParsedEntry, fields: readonly ValueField[]): EntryChange {
  return Object.fromEntries(fields.map((field) => [field, parsed[field]]));
}

/**
 * The writers of the fields, if this row has values that are attributed to a later row of the same
 * file.
 */
function reattributed(
  entry: Entry,
  parsed: ParsedEntry,
  { writer, place = 0 }: ParsedSource,
): FieldWrites | undefined {
  const { fieldWrites = {} } = entry;
  const moved = VALUE_FIELDS.flatMap((field) => {
    const [last, version = 0, lastPlace = 0] = fieldWrites[field] ?? [];
    const isEarlier = last === writer && place < lastPlace && isSame(entry[field], parsed[field]);
    return isEarlier ? [[field, placed(writer, version, place)] as const] : [];
  });
  return moved.length > 0 ? { ...fieldWrites, ...Object.fromEntries(moved) } : undefined;
}

/**
 * Which value an entry gets. `file`: the file's. `same`: its own, because the file has none or the
 * same. `kept`: its own, because the user or another service wrote it. `differing`: its own, from
 * another row of the same file.
 */
type Choice = "file" | "same" | "kept" | "differing";

/** @param isEnded whether the row ends the current reading */
function choiceOf(
  field: ValueField,
  entry: Entry,
  parsed: ParsedEntry,
  { writer, place = 0 }: ParsedSource,
  isEnded: boolean,
): Choice {
  const [present, found] = [entry[field], parsed[field]];
  if (found === undefined || found === "" || isSame(found, present)) return "same";
  if (present === undefined) return "file";
  const [last, , lastPlace = 0] = entry.fieldWrites?.[field] ?? [];
  const isRaised = rankOf(found) > rankOf(present);
  // The writer of a status of an earlier release is unknown; that release only raised it.
  if (last === undefined) return isRaised ? "file" : "kept";
  const isStatus = field === "status";
  if (last !== writer) return isStatus && isEnded && last !== BY_HAND ? "file" : "kept";
  if (lastPlace === place) return isStatus && present === "completed" ? "kept" : "file";
  const isPreferred = isStatus ? isRaised : place < lastPlace;
  return isPreferred ? "file" : "differing";
}

/**
 * Whether a merge ends an open reading.
 * @param merged the entry's readings first, in their order
 */
function endsReading(
  { status, readings }: Entry,
  merged: readonly EntryReading[] | undefined,
): boolean {
  const isUnderWay = status === "reading" || status === "paused";
  return (
    isUnderWay &&
    readings.some(
      ({ startedAt, finishedAt }, index) =>
        startedAt !== undefined &&
        finishedAt === undefined &&
        merged?.[index]?.finishedAt !== undefined,
    )
  );
}

/**
 * Whether two values are equal. Members of objects must be in the same order, that of their schema.
 */
const isSame = (one: unknown, other: unknown): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** The rank of a status; 0 for any other value. */
const rankOf = (value: unknown): number => RANK[value as Status] ?? 0;

function withReadings(
  entry: Entry,
  { readings = [], readCount, status }: ParsedEntry,
  { writer, place }: ParsedSource,
): MergedReadings | undefined {
  if (readings.length === 0) return undefined;
  return mergeReadings(entry.readings, {
    readings,
    count: readCount,
    isUnderWay: status !== undefined && status !== "completed",
    wasUnderWay: entry.status === "reading" || entry.status === "paused",
    place,
    isOwn: (reading) => isReadingOf(reading, entry.fieldWrites, writer),
  });
}

/**
 * The columns without a matching field, from the newest file. Later rows of a book in a file only
 * add columns.
 */
function extraOf(
  { extra = {} }: Entry,
  { extra: found = {} }: ParsedEntry,
  { place = 0 }: ParsedSource,
): Readonly<Record<string, string>> {
  if (place > 0) return { ...found, ...extra };
  const isChanged = Object.entries(found).some(
    ([column, cell]) => !COMPUTED_COLUMNS.has(column) && extra[column] !== cell,
  );
  return isChanged ? { ...extra, ...found } : { ...found, ...extra };
}

/**
 * Overwrites an entry with a parsed entry. The status may move backward, and readings are replaced if the file has any.
 * Fields that the file lacks remain unchanged, and tags are added.
 */
export function overwriteWithParsed(
  entry: Entry,
  parsed: ParsedEntry,
  source: ParsedSource,
): Entry {
  const { place = 0 } = source;
  const replaced = parsed.readings?.length ? parsed.readings : undefined;
  const written = withChange(
    entry,
    {
      ...valuesOf(
        parsed,
        VALUE_FIELDS.filter((field) => parsed[field] !== ""),
      ),
      tags: withTags(entry, parsed),
      // A later row of the same book in the file is another reading.
      readings: place > 0 ? withReadings(entry, parsed, source)?.readings : replaced,
    },
    source.at,
  );
  return withExtra(written, { ...entry.extra, ...parsed.extra });
}

/** Whether two states of an entry are equal apart from `updatedAt`, so that nothing needs to be written. */
export function isSameEntry(one: Entry, other: Entry): boolean {
  return JSON.stringify(contentOf(one)) === JSON.stringify(contentOf(other));
}

/** All fields of an entry but `updatedAt`, in a fixed order. */
function contentOf(entry: Entry): unknown[] {
  const { isbn, tags, readings, addedAt, source, extra } = entry;
  const values = VALUE_FIELDS.map((field) => entry[field]);
  const dates = readings.map(({ startedAt, finishedAt }) => [startedAt, finishedAt]);
  const columns = Object.entries(extra ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return [isbn, ...values, tags, dates, addedAt, source, columns];
}

function withTags(entry: Entry, { tags }: ParsedEntry): string[] | undefined {
  return tags?.length ? [...entry.tags, ...tags] : undefined;
}

function withExtra(entry: Entry, extra: Readonly<Record<string, string>>): Entry {
  return Object.keys(extra).length > 0 ? { ...entry, extra } : entry;
}
