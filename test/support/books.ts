import type { Book } from "../../contract/catalogue.ts";

/** A plausible book for tests. @param given the fields that matter to the test */
export function aBook(given: Partial<Book> = {}): Book {
  return {
    isbn: "9780441172719",
    isbn10: "0441172717",
    title: "Dune",
    authors: ["Frank Herbert"],
    categories: ["Science fiction"],
    publisher: "Ace",
    publishedDate: "1990-09-01",
    publicationYear: 1990,
    pageCount: 535,
    language: "en",
    coverUrl: "https://covers.example/dune-l.jpg",
    imageLinks: { thumbnail: "https://covers.example/dune-s.jpg" },
    provider: "openlibrary",
    sources: [
      { provider: "openlibrary", fetchedAt: "2026-01-01T00:00:00.000Z", fields: ["title"] },
    ],
    updatedAt: "2026-01-01T00:00:00.000Z",
    ...given,
  };
}
