/** The user's mapping of the columns of an unknown table. */
import type { en } from "./en.ts";

type FieldKey = Extract<keyof typeof en, `field_${string}`>;
type FieldName<Key> = Key extends `field_${infer Name}` ? Name : never;
export type FieldId = FieldName<FieldKey>;

/** Fields in the order of the menu. */
export const FIELDS: readonly FieldId[] = [
  "title",
  "authors",
  "isbn",
  "status",
  "rating",
  "tags",
  "startedAt",
  "finishedAt",
  "addedAt",
  "review",
  "notes",
  "subtitle",
  "series",
  "seriesPosition",
  "publisher",
  "publicationYear",
  "publishedDate",
  "pageCount",
  "language",
  "categories",
  "description",
  "datesRead",
  "readCount",
  "format",
  "owned",
  "location",
  "lentTo",
  "lentSince",
  "dueBack",
  "mediaType",
  "openLibraryId",
  "extra",
  "ignore",
];

/** Field by column key, without columns that are left to the service. */
export type Mapping = Readonly<Record<string, string>>;

/** @param field `undefined` leaves the column to the service */
export function withField(mapping: Mapping, column: string, field: FieldId | undefined): Mapping {
  const { [column]: _before, ...others } = mapping;
  return field === undefined ? others : { ...others, [column]: field };
}

/** Whether a mapping includes a field that identifies a book. */
export const namesBooks = (mapping: Mapping): boolean =>
  Object.values(mapping).some((field) => field === "title" || field === "isbn");
