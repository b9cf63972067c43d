import type { Book } from "../../../contract/catalogue.ts";
import { ownBookSchema, type ChangeOwnBook, type OwnBook } from "../../../contract/library.ts";

/**
 * A description of a book on a shelf. `isCopy` marks another instance's catalogue data from an
 * archive: it is used while this catalogue lacks the book, and is not the user's own.
 */
export type BookWords = OwnBook & { isCopy?: true };

/** The description alone. */
export function wordsAlone({ isCopy: _isCopy, ...words }: BookWords): OwnBook {
  return words;
}

/** Marks a description as a copy. */
export const copied = (words: OwnBook): BookWords => ({ ...words, isCopy: true });

/** Applies a change to the user's own book details. Absent fields remain unchanged; null clears a field. */
export function withOwn(own: OwnBook, change: ChangeOwnBook): OwnBook {
  const details = { ...own, ...agreeingDates(own, change), ...without(change, undefined) };
  return ownBookSchema.parse(without(details, null));
}

const without = (details: object, nothing: null | undefined): object =>
  Object.fromEntries(Object.entries(details).filter(([, value]) => value !== nothing));

/** Clears a stored date or year that contradicts the changed year or date. */
function agreeingDates({ publishedDate }: OwnBook, change: ChangeOwnBook): ChangeOwnBook {
  const { publishedDate: date, publicationYear: year } = change;
  if (date !== undefined && year === undefined) return { publicationYear: null };
  if (date === undefined && year !== undefined && publishedDate?.slice(0, 4) !== padded(year)) {
    return { publishedDate: null };
  }
  return {};
}

const padded = (year: number | null): string => String(year).padStart(4, "0");

/** The user's own details of an entry; without any, only its id is known. */
export function ownOf({ own }: { own?: BookWords }, isbn: string): OwnBook {
  return own ?? { title: isbn, authors: [] };
}

/** The fields of a change whose values differ from the catalogue's. */
export function contradictions(book: Book, change: ChangeOwnBook): string[] {
  const known: Partial<Record<string, unknown>> = { ...book };
  return Object.entries(change)
    .filter(([field, value]) => value !== undefined && text(value) !== text(known[field]))
    .map(([field]) => field);
}

/** Serializes a value for comparison. Undefined, null and an empty list are equal. */
function text(value: unknown): string {
  const isNothing =
    value === undefined || value === null || (Array.isArray(value) && !value.length);
  return isNothing ? "" : JSON.stringify(value);
}
