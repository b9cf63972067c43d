import { AUTHOR_FIELDS } from "./author-fields.ts";
import { BOOK_FIELDS } from "./book-fields.ts";
import { COPY_FIELDS } from "./copy-fields.ts";
import { ENTRY_FIELDS } from "./entry-fields.ts";
import type { FieldReader } from "./reader.ts";
import { IDENTIFIER_FIELDS } from "./identifier-fields.ts";
import { READING_FIELDS } from "./reading-fields.ts";

/** Every field that a column can contain, with its reader. */
export const FIELDS = {
  ...BOOK_FIELDS,
  ...AUTHOR_FIELDS,
  ...IDENTIFIER_FIELDS,
  ...ENTRY_FIELDS,
  ...READING_FIELDS,
  ...COPY_FIELDS,
  /** Columns without a field, stored in `extra` under their name. */
  extra: () => false,
  /** Columns that repeat other columns or mean nothing outside the service. */
  ignored: () => true,
} satisfies Record<string, FieldReader>;

export type Field = keyof typeof FIELDS;

/** Fields with dates, from which the order of day and month is detected. */
export const DATE_FIELDS: ReadonlySet<Field> = new Set<Field>([
  "startedAt",
  "finishedAt",
  "lastRead",
  "stoppedAt",
  "finishes",
  "datesRead",
  "isRead",
  "addedAt",
  "publishedDate",
  "loanSince",
  "loanDue",
]);

/** Fields in which the meaning of commas is decided for the whole column. */
export const NAME_LIST_FIELDS: ReadonlySet<Field> = new Set<Field>([
  "authorsInAnyOrder",
  "authorsByAmpersand",
]);

/** Fields that may contain an ISBN. */
export const ISBN_FIELDS: ReadonlySet<Field> = new Set<Field>([
  "isbn",
  "spareIsbn",
  "isbnOrOther",
  "isbnOrArticle",
  "isbnList",
  "identifiers",
]);
