import type { Book } from "../../../contract/catalogue.ts";
import type { OwnBook } from "../../../contract/library.ts";
import { defined } from "../../platform/defined.ts";
import type { Entry } from "./entry.ts";
import { fold, sortKey } from "./fold.ts";
import { lastFinished } from "./readings.ts";
import { formatOfWord } from "./copy-words.ts";
import type { Format } from "../../../contract/library-fields.ts";
import { seriesKey } from "./series-key.ts";

/** The keys by which a shelf is sorted and searched. */
export interface ShelfKeys {
  sortTitle: string;
  sortAuthor?: string;
  year?: number;
  lastFinished?: string;
  sortSeries?: string;
  /** The format that the binding of the catalogue's book names. */
  bookFormat?: Format;
  searchText: string;
}

/** The fields of a book that determine the keys. */
export type KnownBook = Pick<
  Book,
  "title" | "authors" | "publicationYear" | "publishedDate" | "series" | "binding"
>;

/** UTF-16 units: at most 900 KB, so that review, notes and this text together stay below D1's 2 MB per row. */
const MAX_SEARCH_TEXT = 300_000;

/** Computes the keys of an entry from the entry and the book data that the user sees. */
export function shelfKeys(
  entry: Entry,
  { book, own }: { book?: KnownBook; own?: OwnBook },
): ShelfKeys {
  const { title, authors, publicationYear, publishedDate } = book ?? own ?? unknownBook(entry);
  const sortAuthor = sortKey(authors[0] ?? "");
  const texts = [title, ...authors, ...entry.tags, entry.review ?? "", entry.notes ?? ""];
  return {
    sortTitle: sortKey(title),
    ...defined({
      sortAuthor: sortAuthor === "" ? undefined : sortAuthor,
      year: publicationYear ?? yearOf(publishedDate),
      lastFinished: lastFinished(entry.readings),
      sortSeries: seriesKey(entry.ownSeries ?? book?.series ?? []),
      bookFormat: book?.binding === undefined ? undefined : formatOfWord(book.binding),
    }),
    searchText: fold(texts.join("\n"))
      .slice(0, MAX_SEARCH_TEXT)
      .replace(/\p{Cs}$/u, ""),
  };
}

function unknownBook({ isbn }: Entry): KnownBook {
  return { title: isbn, authors: [] };
}

function yearOf(publishedDate: string | undefined): number | undefined {
  return publishedDate === undefined ? undefined : Number(publishedDate.slice(0, 4));
}
