import { toIsbn10 } from "../../../src/catalogue/domain/isbn/arithmetic.ts";
import type { Catalogue, CatalogueBook } from "./catalogue-book.ts";
import type { ProviderModel } from "./provider-model.ts";

const KIND = "books#volumes";

/** Google Books: `/volumes?q=isbn:…` and `q=intitle:…+inauthor:…`. */
export const googleBooks: ProviderModel = {
  isbnsIn(url) {
    const isbn = isbnAsked(url);
    return isbn === undefined ? [] : [isbn];
  },

  answer(url, catalogue) {
    if (url.pathname !== "/volumes") return undefined;
    const isbn = isbnAsked(url);
    if (isbn !== undefined) return volumes([catalogue.byIsbn(isbn)], catalogue);
    const query = url.searchParams.get("q") ?? "";
    const title = /intitle:(?:"([^"]*)"|(.*?)(?=\s+inauthor:|$))/.exec(query);
    const author = /inauthor:(?:"([^"]*)"|(.*?)(?=\s+intitle:|$))/.exec(query);
    const words = {
      title: title ? (title[1] ?? title[2] ?? "") : author ? "" : query,
      author: author?.[1] ?? author?.[2] ?? "",
    };
    return volumes(
      catalogue.find(words, Number(url.searchParams.get("maxResults") ?? 10)),
      catalogue,
    );
  },

  otherEdition(url, catalogue) {
    const asked = catalogue.byIsbn(isbnAsked(url) ?? "");
    return volumes([catalogue.books.find((book) => book !== asked)], catalogue);
  },

  empty: () => ({ kind: KIND, totalItems: 0 }),
  oddShape: () => ({ kind: KIND, totalItems: 1, items: { volumeInfo: "not an object" } }),
  rateLimited: () => ({
    error: {
      code: 429,
      message: "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute'.",
      errors: [{ domain: "global", reason: "rateLimitExceeded" }],
      status: "RESOURCE_EXHAUSTED",
    },
  }),
};

function isbnAsked(url: URL): string | undefined {
  return /^isbn:([\dXx-]+)$/.exec(url.searchParams.get("q") ?? "")?.[1];
}

function volumes(books: readonly (CatalogueBook | undefined)[], catalogue: Catalogue): object {
  const items = books.flatMap((book) => (book ? [volume(book, catalogue)] : []));
  // Google omits `items` when there are none.
  return { kind: KIND, totalItems: items.length, ...(items.length === 0 ? {} : { items }) };
}

function volume(book: CatalogueBook, catalogue: Catalogue): object {
  const id = `standin${String(catalogue.numberOf(book)).padStart(5, "0")}`;
  const isbn10 = toIsbn10(book.isbn13);
  return {
    kind: "books#volume",
    id,
    selfLink: `https://www.googleapis.com/books/v1/volumes/${id}`,
    volumeInfo: {
      title: book.title,
      ...(book.subtitle === undefined ? {} : { subtitle: book.subtitle }),
      authors: book.authors,
      publisher: book.publisher,
      publishedDate: /\d{4}/.exec(book.published)?.[0],
      description: book.description ?? `${book.title}, by ${book.authors.join(" and ")}.`,
      industryIdentifiers: [
        { type: "ISBN_13", identifier: book.isbn13 },
        ...(isbn10 === undefined ? [] : [{ type: "ISBN_10", identifier: isbn10 }]),
      ],
      pageCount: book.pages,
      printType: "BOOK",
      categories: book.subjects ?? ["Fiction"],
      language: book.language,
    },
  };
}
