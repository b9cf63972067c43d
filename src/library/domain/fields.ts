/** The single-valued fields of an entry, in the order in which they are listed to the user. */
export const VALUE_FIELDS = [
  "status",
  "rating",
  "review",
  "notes",
  "format",
  "owned",
  "location",
  "loan",
  "ownSeries",
] as const;
export type ValueField = (typeof VALUE_FIELDS)[number];

/** The fields of an entry with a recorded writer. */
export const FIELDS = [...VALUE_FIELDS, "tags", "readings"] as const;
export type EntryField = (typeof FIELDS)[number];

/** Represents unknown fields: another release has written some of them. */
export const ANY_FIELD = "other";

/** The user's own details of the book, as one field. */
export const OWN_BOOK = "ownBook";

/** The dates of one existing reading. */
export type ReadingField = `reading ${string}`;
export const readingField = (id: string): ReadingField => `reading ${id}`;

/**
 * The latest write of a field: the writer (`user`, or the format of an import) and the version.
 * `place` is the number of earlier rows of the same book in the file; for `readings` it is the
 * version since which no one else has written them. If absent, it is 0 or, for `readings`, the
 * version itself.
 */
export type FieldWrite = readonly [writer: string, version: number, place?: number];
export type FieldWrites = Readonly<
  Partial<
    Record<(typeof FIELDS)[number] | typeof ANY_FIELD | typeof OWN_BOOK | ReadingField, FieldWrite>
  >
>;
