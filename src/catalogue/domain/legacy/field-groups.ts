import type { Book } from "../../../../contract/catalogue.ts";
import { BOOK_FIELDS, type BookField, isBlank } from "../merge/book-fields.ts";

/** Fields that are taken from one value together, because apart they could contradict each other. */
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
] as const satisfies readonly (readonly BookField[])[];

export type FieldGroup = (typeof FIELD_GROUPS)[number];

/** A set of fields as a number: one bit a field, in the order of `BOOK_FIELDS`. */
export type FieldSet = number;

const bitOf = (field: BookField): FieldSet => 1 << BOOK_FIELDS.indexOf(field);

/** The fields to which a book says something. */
export function fieldSetOf(book: Book): FieldSet {
  return BOOK_FIELDS.reduce((set, field) => (isBlank(book, field) ? set : set | bitOf(field)), 0);
}

/** Whether the set holds a field of the group. */
export function speaksTo(set: FieldSet, group: FieldGroup): boolean {
  return group.some((field) => (set & bitOf(field)) !== 0);
}

/** How many fields the set holds. */
export function sizeOf(set: FieldSet): number {
  return BOOK_FIELDS.filter((field) => (set & bitOf(field)) !== 0).length;
}
