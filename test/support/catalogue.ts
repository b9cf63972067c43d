import { env } from "cloudflare:workers";
import type { Book } from "../../contract/catalogue.ts";
import { FIRST_VERSIONS } from "../../src/catalogue/storage/book-row.ts";
import { searchTextsOf, writeSearchTexts } from "../../src/catalogue/storage/search-texts.ts";
import { aBook } from "./books.ts";

/** Stores books with their search texts in one batch, like a bulk loader. ISBNs count up from 9780000000000. */
export async function fillCatalogue(...given: readonly Partial<Book>[]): Promise<void> {
  const books = given.map((fields, index) =>
    aBook({ isbn: String(9_780_000_000_000 + index), authors: [], ...fields }),
  );
  const rows = books.map((book) => ({
    ...book,
    authors: JSON.stringify(book.authors),
    blob: JSON.stringify(book),
  }));
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO Books (isbn, title, authors, canonical_metadata, version, searched_version, folded)
       SELECT value ->> 'isbn', value ->> 'title', value ->> 'authors', value ->> 'blob', ${FIRST_VERSIONS} FROM json_each(?1)`,
    ).bind(JSON.stringify(rows)),
    env.DB.prepare(writeSearchTexts("true")).bind(JSON.stringify(searchTextsOf(books))),
  ]);
}

/** Removes every book and every search text. */
export async function emptyCatalogue(): Promise<void> {
  await env.DB.batch(
    ["Books", "BookSearch"].map((table) => env.DB.prepare(`DELETE FROM ${table}`)),
  );
}
