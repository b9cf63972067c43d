import type { Book } from "../../contract/catalogue.ts";

/** A book of a list of titles. */
export interface ListedBook {
  readonly isbn: string;
  readonly title: string;
  readonly authors: readonly string[];
}

const SEEDED_AT = "2026-01-01T00:00:00.000Z";

/** A stored book with this title. */
export function aTitle({ isbn, title, authors }: ListedBook): Book {
  return {
    isbn,
    title,
    authors: [...authors],
    categories: [],
    provider: "openlibrary",
    sources: [{ provider: "openlibrary", fetchedAt: SEEDED_AT, fields: ["title", "authors"] }],
    updatedAt: SEEDED_AT,
  };
}
