import { indexTextOf, type IndexedBook, type IndexText } from "../domain/search/index-text.ts";

/** A book's text for the index. */
export interface BookText extends IndexText {
  readonly isbn: string;
}

const ISBN_13 = /^[0-9]{13}$/;

/**
 * The texts of some books, in the order of their ISBNs, because FTS5 starts a new segment for a row
 * with a lower number than the previous one. A book without an ISBN-13 has no number in the index
 * and is omitted.
 */
export function searchTextsOf(books: readonly (IndexedBook & { isbn: string })[]): BookText[] {
  return books
    .filter(({ isbn }) => ISBN_13.test(isbn))
    .map((book) => ({ isbn: book.isbn, ...indexTextOf(book) }))
    .sort((a, b) => (a.isbn < b.isbn ? -1 : 1));
}

/**
 * The statement that writes changed texts to the index. It must be in the batch that writes the
 * books. `?1` is the result of `searchTextsOf` as JSON.
 * @param condition which texts (`made.value`) to write; may use further parameters
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
