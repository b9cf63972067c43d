import type { Book } from "../../../../contract/catalogue.ts";

/** The data of a book, without its provenance. */
export type BookData = Omit<Book, "provider" | "sources" | "updatedAt">;

/** The fields of a book that have a source; `sources[].fields` lists them in this order. */
export const BOOK_FIELDS = [
  "title",
  "subtitle",
  "authors",
  "authorsDetailed",
  "publisher",
  "publishedDate",
  "publicationYear",
  "pageCount",
  "language",
  "categories",
  "description",
  "imageLinks",
  "coverUrl",
  "identifiers",
  "series",
  "workId",
  "firstPublicationYear",
  "binding",
  "originalTitle",
  "languageTag",
] as const satisfies readonly (keyof BookData)[];

export type BookField = (typeof BOOK_FIELDS)[number];

/** Whether the field is absent, an empty text, an empty list, or an object without members. */
export function isBlank(book: Partial<BookData>, field: BookField): boolean {
  const value = book[field];
  if (value === undefined || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** The fields that are not blank. */
export function filledFields(book: BookData): BookField[] {
  return BOOK_FIELDS.filter((field) => !isBlank(book, field));
}
