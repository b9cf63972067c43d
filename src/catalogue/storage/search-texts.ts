import { END, indexTextOf, type IndexedBook, type IndexText } from "../domain/search/index-text.ts";
import { isSpellable, reversed } from "../domain/search/near-words.ts";

/** A book's text for the index, and its words for the vocabulary, each with its letters in reverse. */
export interface BookText extends IndexText {
  readonly isbn: string;
  readonly words: readonly (readonly [word: string, reversed: string])[];
}

const ISBN_13 = /^[0-9]{13}$/;

/**
 * The texts of some books, in the order of their ISBNs: FTS5 starts a new segment for a row with a lower number than the
 * row before it. A book without an ISBN-13 has no number in the index and is left out.
 */
export function searchTextsOf(books: readonly (IndexedBook & { isbn: string })[]): BookText[] {
  return books
    .filter(({ isbn }) => ISBN_13.test(isbn))
    .map((book) => textOf(book.isbn, indexTextOf(book)))
    .sort((a, b) => (a.isbn < b.isbn ? -1 : 1));
}

function textOf(isbn: string, text: IndexText): BookText {
  const all = [text.title, text.subtitle ?? "", text.authors ?? ""].join(" ").split(" ");
  const words = new Set(all.filter((word) => word < END && isSpellable(word)));
  return { isbn, ...text, words: [...words].map((word) => [word, reversed(word)] as const) };
}

/**
 * The statement that writes texts to the index and leaves a text alone that is the same already. It belongs into the
 * batch that writes the books. `?1` is the result of `searchTextsOf` as JSON.
 * @param condition says of a text, `made.value`, whether to write it; may use further parameters
 */
export const writeSearchTexts = (condition: string): string => `
  INSERT OR REPLACE INTO BookSearch (rowid, isbn, title, main_title, subtitle, authors)
  SELECT CAST(made.value ->> 'isbn' AS INTEGER), made.value ->> 'isbn', made.value ->> 'title',
         made.value ->> 'mainTitle', made.value ->> 'subtitle', made.value ->> 'authors'
  FROM json_each(?1) AS made
  WHERE ${condition} AND NOT EXISTS (
    SELECT 1 FROM BookSearch AS held
    WHERE held.rowid = CAST(made.value ->> 'isbn' AS INTEGER) AND held.title IS made.value ->> 'title'
      AND held.main_title IS made.value ->> 'mainTitle' AND held.subtitle IS made.value ->> 'subtitle'
      AND held.authors IS made.value ->> 'authors'
  )`;
