import { AUTHOR_FIELDS } from "./author-fields.ts";
import { BOOK_FIELDS } from "./book-fields.ts";
import { ENTRY_FIELDS } from "./entry-fields.ts";
import type { FieldReader } from "./field-reader.ts";
import { IDENTIFIER_FIELDS } from "./identifier-fields.ts";
import { READING_FIELDS } from "./reading-fields.ts";

/** Every field that a column can hold, with what reads it. */
export const FIELDS = {
  ...BOOK_FIELDS,
  ...AUTHOR_FIELDS,
  ...IDENTIFIER_FIELDS,
  ...ENTRY_FIELDS,
  ...READING_FIELDS,
  /** What has no field: it is kept under its column. */
  extra: () => false,
  /** What the file says elsewhere, or what means nothing outside of the service. */
  ignored: () => true,
} satisfies Record<string, FieldReader>;

export type Field = keyof typeof FIELDS;

/** Fields that hold dates: their values show the order of day and month. */
export const DATE_FIELDS: ReadonlySet<Field> = new Set<Field>([
  "startedAt",
  "finishedAt",
  "lastRead",
  "stoppedAt",
  "finishes",
  "datesRead",
  "addedAt",
  "publishedDate",
]);

/** Fields by which a row can be told to be a certain book. */
export const ISBN_FIELDS: ReadonlySet<Field> = new Set<Field>([
  "isbn",
  "spareIsbn",
  "isbnOrOther",
  "isbnOrArticle",
  "identifiers",
]);
