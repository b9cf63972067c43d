/** The columns of an unknown table, and what the user says of them. */
import type { en } from "./en.ts";

type FieldKey = Extract<keyof typeof en, `field_${string}`>;
type FieldName<Key> = Key extends `field_${infer Name}` ? Name : never;
export type FieldId = FieldName<FieldKey>;

/** Fields in the order in which a user looks for them. */
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

/** Field by the key of its column; columns that are left to the service are not in it. */
export type Mapping = Readonly<Record<string, string>>;

/** @param field `undefined` leaves the column to the service */
export function withField(mapping: Mapping, column: string, field: FieldId | undefined): Mapping {
  const { [column]: _before, ...others } = mapping;
  return field === undefined ? others : { ...others, [column]: field };
}

/** Whether a mapping names what identifies a book. */
export const namesBooks = (mapping: Mapping): boolean =>
  Object.values(mapping).some((field) => field === "title" || field === "isbn");
