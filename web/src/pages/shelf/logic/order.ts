/** The order of the shelf, and its sections to jump to. */
import type { ListedBook } from "../../../state/library.ts";
import { authorKey, finishedAt, titleKey } from "./prepared.ts";

export const SORTS = ["added", "title", "author", "rating", "year", "finished"] as const;
export type Sort = (typeof SORTS)[number];

export interface Order {
  readonly by: Sort;
  readonly isDescending: boolean;
}

/** The default direction: newest, best, or A first. */
export const firstOrderOf = (by: Sort): Order => ({
  by,
  isDescending: by !== "title" && by !== "author",
});

type Key = string | number | undefined;

const KEYS: Readonly<Record<Sort, (book: ListedBook) => Key>> = {
  added: ({ addedAt }) => addedAt,
  title: (book) => titleKey(book) || undefined,
  author: (book) => authorKey(book) || undefined,
  rating: ({ rating }) => rating,
  year: ({ firstPublicationYear, publicationYear }) => firstPublicationYear ?? publicationYear,
  finished: finishedAt,
};

/**
 * The books in order. Books without the value come last in both directions; ties are ordered by
 * title.
 */
export function ordered(
  books: readonly ListedBook[],
  { by, isDescending }: Order,
): readonly ListedBook[] {
  const keyOf = KEYS[by];
  const [less, more] = isDescending ? [1, -1] : [-1, 1];
  const entries = books.map((book) => ({ book, key: keyOf(book) }));
  entries.sort((one, other) => {
    if (one.key !== other.key) {
      if (one.key === undefined) return 1;
      if (other.key === undefined) return -1;
      return one.key < other.key ? less : more;
    }
    const [title, otherTitle] = [titleKey(one.book), titleKey(other.book)];
    if (title !== otherTitle) return title < otherTitle ? -1 : 1;
    return one.book.isbn < other.book.isbn ? -1 : 1;
  });
  return entries.map(({ book }) => book);
}

/** A section of adjacent books with the same letter, year or stars. */
export interface Place {
  /**
   * A letter, `#` for other characters, a year, whole stars, or empty for books without a value.
   */
  readonly label: string;
  /** Index of its first book. */
  readonly index: number;
  readonly count: number;
}

const labelOf = (book: ListedBook, by: Sort): string => {
  const key = KEYS[by](book);
  if (key === undefined) return "";
  if (typeof key === "number") return String(Math.floor(key));
  if (by === "added" || by === "finished") return key.slice(0, 4);
  const [first = ""] = key;
  return /\p{L}/u.test(first) ? first.toUpperCase() : "#";
};

/** The sections of books in this order. Every book is in exactly one. */
export function placesOf(books: readonly ListedBook[], { by }: Order): Place[] {
  const places: { label: string; index: number; count: number }[] = [];
  books.forEach((book, index) => {
    const label = labelOf(book, by);
    const last = places.at(-1);
    if (last?.label === label) last.count += 1;
    else places.push({ label, index, count: 1 });
  });
  return places;
}
