import { columnKey } from "./column-names.ts";
import type { Field } from "./fields/index.ts";
import type { PlannedColumn } from "./plan.ts";

const FIELD_BY_NAME = {
  title: "title",
  subtitle: "subtitle",
  author: "author",
  authors: "authorsInAnyOrder",
  isbn: "isbn",
  isbn10: "isbn",
  isbn13: "isbn",
  publisher: "publisher",
  publishedDate: "publishedDate",
  publicationYear: "publicationYear",
  pageCount: "pageCount",
  language: "language",
  categories: "categories",
  description: "description",
  status: "status",
  rating: "rating",
  review: "review",
  notes: "notes",
  tags: "tags",
  startedAt: "startedAt",
  finishedAt: "finishedAt",
  datesRead: "datesRead",
  readCount: "readCount",
  addedAt: "addedAt",
  mediaType: "media",
  openLibraryId: "openLibrary",
  extra: "extra",
  ignore: "ignored",
} as const satisfies Record<string, Field>;

/** Fields that a mapping may assign to a column. `extra` stores the column under its name; `ignore` leaves it out. */
export const MAPPABLE_FIELDS = Object.keys(FIELD_BY_NAME) as (keyof typeof FIELD_BY_NAME)[];

/** The caller's mapping of columns to fields. */
export type Mapping = Readonly<Record<string, string>>;

/** Returns the error in a mapping; undefined if it is valid. */
export function mappingProblem(mapping: Mapping): string | undefined {
  const unknown = Object.values(mapping).find((name) => !isMappable(name));
  if (unknown === undefined) return undefined;
  return `${JSON.stringify(unknown)} is not a known field. The fields are ${MAPPABLE_FIELDS.join(", ")}.`;
}

/** Returns the columns of a mapping that a header does not have. */
export function missingColumns(mapping: Mapping, header: readonly string[]): string[] {
  const keys = new Set(header.map((cell) => columnKey(cell)));
  return Object.keys(mapping).filter((column) => !keys.has(columnKey(column)));
}

/** Applies a mapping to columns. Columns that it does not name retain their detected fields. */
export function withMapping(columns: readonly PlannedColumn[], mapping: Mapping): PlannedColumn[] {
  const fields = new Map(
    Object.entries(mapping).flatMap(([column, name]): [string, Field][] =>
      isMappable(name) ? [[columnKey(column), FIELD_BY_NAME[name]]] : [],
    ),
  );
  return columns.map((column) => {
    const field = fields.get(columnKey(column.name));
    return field === undefined ? column : { name: column.name, field, isKnown: true };
  });
}

function isMappable(name: string): name is keyof typeof FIELD_BY_NAME {
  return Object.hasOwn(FIELD_BY_NAME, name);
}
