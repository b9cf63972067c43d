import { isSame } from "./fields.ts";
import type { Edit, EntryChange, ListedBook } from "./types.ts";

export type ChangeEdit = Extract<Edit, { op: "change" }>;

type Values = Record<string, unknown>;

const readingName = (id: string): string => `reading ${id}`;

/**
 * Names of the parts of a book that a change replaces: the fields that it sets, and `reading <id>`
 * for each reading that it corrects or removes. Additions and removals in lists replace nothing.
 */
export function namesOf({ set, changeReadings = [], removeReadings = [] }: EntryChange): string[] {
  return [
    ...Object.keys(set ?? {}),
    ...changeReadings.map(({ id }) => readingName(id)),
    ...removeReadings.map(readingName),
  ];
}

/** The values of a book under these names; `null` where there is none. */
export function valuesAt(book: ListedBook | undefined, names: Iterable<string>): Values {
  const fields = book as Values | undefined;
  const readings = new Map(book?.readings.map((reading) => [readingName(reading.id), reading]));
  return Object.fromEntries(
    [...names].map((name) => [name, readings.get(name) ?? fields?.[name] ?? null]),
  );
}

/** The values that a change would set, for the parts that a book has. */
export function valuesAfter(change: EntryChange, before: Values): Values {
  const { set, changeReadings = [], removeReadings = [] } = change;
  const corrected = changeReadings.map((dates): [string, unknown] => {
    const name = readingName(dates.id);
    return [name, { ...(before[name] as object | null), ...dates }];
  });
  return {
    ...set,
    ...Object.fromEntries(corrected),
    ...Object.fromEntries(removeReadings.map((id) => [readingName(id), null])),
  };
}

/**
 * Whether the fields of a conflict include this part. For a reading, the service names the
 * operation.
 */
export function isNamed(
  name: string,
  { changeReadings = [] }: EntryChange,
  fields: readonly string[] | undefined,
): boolean {
  if (!fields) return true;
  if (fields.includes(name)) return true;
  const isCorrected = changeReadings.some(({ id }) => readingName(id) === name);
  return (
    name.startsWith("reading ") &&
    fields.includes(isCorrected ? "changeReadings" : "removeReadings")
  );
}

/** A change without the parts for which `keeps` is false. */
export function keeping(edit: ChangeEdit, keeps: (name: string) => boolean): ChangeEdit {
  const { set = {}, changeReadings = [], removeReadings = [], ...rest } = edit;
  const fields = Object.entries(set).filter(([name]) => keeps(name));
  const corrections = changeReadings.filter(({ id }) => keeps(readingName(id)));
  const removals = removeReadings.filter((id) => keeps(readingName(id)));
  return {
    ...rest,
    ...(fields.length > 0 ? { set: Object.fromEntries(fields) } : {}),
    ...(corrections.length > 0 ? { changeReadings: corrections } : {}),
    ...(removals.length > 0 ? { removeReadings: removals } : {}),
  };
}

/** A change without additions to and removals from lists, which never conflict. */
export function withoutListOperations(edit: ChangeEdit): ChangeEdit {
  const { addTags: _add, removeTags: _remove, addReadings: _readings, ...rest } = edit;
  return rest;
}

export const isNothing = ({ op: _op, isbn: _isbn, ...change }: ChangeEdit): boolean =>
  Object.keys(change).length === 0;

/** Names under which two sets of values differ. */
export const differing = (one: Values, other: Values): string[] =>
  Object.keys(one).filter((name) => !isSame(one[name], other[name]));
