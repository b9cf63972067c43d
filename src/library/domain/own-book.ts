import type { Book } from "../../../contract/catalogue.ts";
import { ownBookSchema, type ChangeOwnBook, type OwnBook } from "../../../contract/library.ts";
import type { Place } from "./entry.ts";

/** Words of a reader's own with a change made: what is absent stays, null clears. */
export function withOwn(own: OwnBook, change: ChangeOwnBook): OwnBook {
  const words = { ...own, ...agreeingDates(own, change), ...without(change, undefined) };
  return ownBookSchema.parse(without(words, null));
}

const without = (words: object, nothing: null | undefined): object =>
  Object.fromEntries(Object.entries(words).filter(([, value]) => value !== nothing));

/** A date and a year that say different things do not stay side by side: the one that is given now counts. */
function agreeingDates({ publishedDate }: OwnBook, change: ChangeOwnBook): ChangeOwnBook {
  const { publishedDate: date, publicationYear: year } = change;
  if (date !== undefined && year === undefined) return { publicationYear: null };
  if (date === undefined && year !== undefined && publishedDate?.slice(0, 4) !== padded(year)) {
    return { publishedDate: null };
  }
  return {};
}

const padded = (year: number | null): string => String(year).padStart(4, "0");

/** What an entry's own words are while nobody has said any: its id is all that is known. */
export function ownOf({ own }: Place, isbn: string): OwnBook {
  return own ?? { title: isbn, authors: [] };
}

/** The fields in which a change says something else than the catalogue does. */
export function contradictions(book: Book, change: ChangeOwnBook): string[] {
  const known: Partial<Record<string, unknown>> = { ...book };
  return Object.entries(change)
    .filter(([field, value]) => value !== undefined && text(value) !== text(known[field]))
    .map(([field]) => field);
}

/** Nothing, null and an empty list all say nothing. */
function text(value: unknown): string {
  const isNothing =
    value === undefined || value === null || (Array.isArray(value) && !value.length);
  return isNothing ? "" : JSON.stringify(value);
}
