import type { Book } from "../../../../contract/catalogue.ts";
import { BOOK_FIELDS, type BookField, isBlank } from "../merge/book-fields.ts";

/** Fields that are taken from one value together, because they could contradict each other if mixed. */
export const FIELD_GROUPS = [
  ["title"],
  ["subtitle"],
  ["authors", "authorsDetailed"],
  ["publisher"],
  ["publishedDate", "publicationYear"],
  ["pageCount"],
  ["language"],
  ["categories"],
  ["description"],
  ["imageLinks", "coverUrl"],
  ["identifiers"],
  ["series"],
  ["workId"],
  ["firstPublicationYear"],
  ["binding"],
  ["originalTitle"],
  ["languageTag"],
] as const satisfies readonly (readonly BookField[])[];

export type FieldGroup = (typeof FIELD_GROUPS)[number];

/** A set of fields as a number, with one bit per field in the order of `BOOK_FIELDS`. */
export type FieldSet = number;

const bitOf = (field: BookField): FieldSet => 1 << BOOK_FIELDS.indexOf(field);

/** The non-blank fields of a book. */
export function fieldSetOf(book: Book): FieldSet {
  return BOOK_FIELDS.reduce((set, field) => (isBlank(book, field) ? set : set | bitOf(field)), 0);
}

/** Whether the set contains a field of the group. */
export function containsGroup(set: FieldSet, group: FieldGroup): boolean {
  return group.some((field) => (set & bitOf(field)) !== 0);
}

/** The number of fields in the set. */
export function fieldCount(set: FieldSet): number {
  return BOOK_FIELDS.filter((field) => (set & bitOf(field)) !== 0).length;
}
