import type { ChangeOwnBook } from "../../../contract/library.ts";
import type { ChangeBody } from "../../../contract/sync.ts";
import { readingId, type Entry, type Place, type StoredEntry } from "../../library/domain/entry.ts";
import { changedFields } from "../../library/domain/field-writes.ts";
import {
  ANY_FIELD,
  OWN_BOOK,
  readingField,
  type FieldWrites,
} from "../../library/domain/fields.ts";

/** The state that a change is based on. */
export interface Base {
  /** The version that the user edited; undefined to accept any. */
  ifVersion: number | undefined;
  /** Whether a later version was written by an earlier edit of the same outbox. */
  isOwn(version: number): boolean;
}

type Field = keyof FieldWrites;

/**
 * Whether someone else has written an item without fields, such as a goal, since the base of a
 * change. A version below the base was restored from a backup; version 0 means that the item does
 * not exist, and never conflicts.
 */
export function isStale(version: number, { ifVersion, isOwn }: Base): boolean {
  if (ifVersion === undefined || version === 0) return false;
  return version !== ifVersion && !isOwn(version);
}

/**
 * Tells whether someone else has changed a field since the base of a change. If another release
 * wrote the entry last, any field may have changed. If the entry's version is below the base, it
 * was restored from a backup, and nothing is known about it.
 */
function changedSince(
  { entry, stored }: { entry: StoredEntry; stored?: Place["stored"] },
  { ifVersion, isOwn }: Base,
): (field: Field) => boolean {
  if (ifVersion === undefined) return () => false;
  const { fieldWrites = {}, version } = entry;
  const isLater = (written: number): boolean => written > ifVersion && !isOwn(written);
  const isUnknown = ifVersion > version || (stored?.isKept === false && isLater(version));
  return (field) => {
    const writes = [fieldWrites[field], fieldWrites[ANY_FIELD]];
    return isUnknown || writes.some((write) => write !== undefined && isLater(write[1]));
  };
}

/**
 * The fields of a change that someone else has changed since its base. A field that already has the
 * new value does not conflict, nor do additions and removals in lists; a correction or removal of a
 * reading conflicts if that reading has changed.
 * @param after the entry with the change applied
 * @param words the user's own details of the book that the change sets to other values
 */
export function conflictsOf(
  {
    place,
    after,
    body,
    words,
  }: {
    place: Place & { entry: StoredEntry };
    after: Entry;
    body: ChangeBody;
    words: ChangeOwnBook;
  },
  base: Base,
): string[] {
  const { entry } = place;
  const isChanged = changedSince(place, base);
  const named = new Set(
    Object.entries(body).flatMap(([name, value]) => (value === undefined ? [] : name)),
  );
  const fields = changedFields(after, entry).filter(
    (field) => named.has(field) && isChanged(field),
  );
  const own = isChanged(OWN_BOOK) ? Object.keys(words) : [];
  return [...fields, ...own, ...readingConflicts(entry, body, isChanged)];
}

/** The operations on readings that have changed since. */
function readingConflicts(
  { readings }: Entry,
  { changeReadings = [], removeReadings = [] }: ChangeBody,
  isChanged: (field: Field) => boolean,
): string[] {
  const there = new Map(
    readings.map((reading, position) => [readingId(reading, position), reading]),
  );
  const isStale = (id: string): boolean => there.has(id) && isChanged(readingField(id));
  const corrected = changeReadings.filter(({ id, startedAt, finishedAt }) => {
    const reading = there.get(id);
    const isSame =
      (startedAt === undefined || (startedAt ?? undefined) === reading?.startedAt) &&
      (finishedAt === undefined || (finishedAt ?? undefined) === reading?.finishedAt);
    return !isSame && isStale(id);
  });
  return [
    ...(corrected.length > 0 ? ["changeReadings"] : []),
    ...(removeReadings.some(isStale) ? ["removeReadings"] : []),
  ];
}

/** The fields of an entry that someone else has changed since the base of a removal. */
export function changesSince(place: Place & { entry: StoredEntry }, base: Base): string[] {
  const isChanged = changedSince(place, base);
  const { fieldWrites = {} } = place.entry;
  const written = Object.keys(fieldWrites) as Field[];
  const fields = [...changedFields(place.entry, undefined), ...written].filter(isChanged);
  return [
    ...new Set(fields.map((field) => (field.startsWith("reading ") ? "readings" : field))),
  ].filter((field) => field !== ANY_FIELD);
}
