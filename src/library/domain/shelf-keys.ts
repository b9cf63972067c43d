import type { Book } from "../../../contract/catalogue.ts";
import type { OwnBook } from "../../../contract/library.ts";
import type { Entry } from "./entry.ts";
import { fold, sortKey } from "./fold.ts";
import { lastFinished } from "./readings.ts";

/** What a shelf is sorted and searched by. */
export interface ShelfKeys {
  sortTitle: string;
  sortAuthor?: string;
  year?: number;
  lastFinished?: string;
  searchText: string;
}

/** What of a book the keys are made from. */
export type KnownBook = Pick<Book, "title" | "authors" | "publicationYear" | "publishedDate">;

/** UTF-16 units: at most 900 KB, so that review, notes and this text together stay below D1's 2 MB a row. */
const MAX_SEARCH_TEXT = 300_000;

/** The keys of an entry, from the book that its reader sees and from what he says of it. */
export function shelfKeys(
  entry: Entry,
  { book, own }: { book?: KnownBook; own?: OwnBook },
): ShelfKeys {
  const { title, authors, publicationYear, publishedDate } = book ?? own ?? unknownBook(entry);
  const year = publicationYear ?? yearOf(publishedDate);
  const sortAuthor = sortKey(authors[0] ?? "");
  const finished = lastFinished(entry.readings);
  const texts = [title, ...authors, ...entry.tags, entry.review ?? "", entry.notes ?? ""];
  return {
    sortTitle: sortKey(title),
    ...(sortAuthor === "" ? {} : { sortAuthor }),
    ...(year === undefined ? {} : { year }),
    ...(finished === undefined ? {} : { lastFinished: finished }),
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
