/** One edition in the stand-in's catalogue. Dates are as printed by the publisher. */
export interface CatalogueBook {
  readonly isbn13: string;
  readonly title: string;
  readonly subtitle?: string;
  readonly authors: readonly string[];
  readonly publisher: string;
  readonly published: string;
  readonly pages: number;
  /** ISO 639-1. */
  readonly language: string;
  readonly subjects?: readonly string[];
  readonly description?: string;
  /** First publication of the work, as in its record. */
  readonly firstPublished?: string;
}

/** The books that a provider has. ISBNs may be ISBN-10 or ISBN-13, with or without hyphens. */
export interface Catalogue {
  readonly books: readonly CatalogueBook[];
  byIsbn(isbn: string): CatalogueBook | undefined;
  /** The number from which the ids of a book are derived, starting at 1. */
  numberOf(book: CatalogueBook): number;
  /** Books whose title and authors contain all the words. */
  find(words: { title: string; author?: string }, limit: number): CatalogueBook[];
}

/** Ignores case and accents. */
const fold = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();

const wordsOf = (text: string): string[] => fold(text).match(/[\p{L}\p{N}]+/gu) ?? [];

/** The digits that the ISBN-10 and the ISBN-13 of a book have in common (`979` has no ISBN-10). */
function identityOf(isbn: string): string {
  const digits = isbn.replace(/[^\dXx]/g, "");
  if (digits.length === 10) return `978${digits.slice(0, 9)}`;
  return digits.slice(0, 12);
}

/** Builds a searchable catalogue from a list of books. */
export function catalogueOf(books: readonly CatalogueBook[]): Catalogue {
  const numbers = new Map(books.map((book, index) => [identityOf(book.isbn13), index + 1]));
  const folded = books.map(({ title, authors }) => ({
    title: fold(title),
    authors: fold(authors.join(" ")),
  }));
  return {
    books,
    byIsbn(isbn) {
      const number = numbers.get(identityOf(isbn));
      return number === undefined ? undefined : books[number - 1];
    },
    numberOf: (book) => numbers.get(identityOf(book.isbn13)) ?? 0,
    find({ title, author = "" }, limit) {
      const titleWords = wordsOf(title);
      const authorWords = wordsOf(author);
      if (titleWords.length + authorWords.length === 0) return [];
      return books
        .filter((_book, index) => {
          const own = folded[index]!;
          return (
            titleWords.every((word) => own.title.includes(word)) &&
            authorWords.every((word) => own.authors.includes(word))
          );
        })
        .slice(0, limit);
    },
  };
}
