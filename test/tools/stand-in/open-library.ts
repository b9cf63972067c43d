import { toIsbn10 } from "../../../src/catalogue/domain/isbn/arithmetic.ts";
import type { Catalogue, CatalogueBook } from "./catalogue-book.ts";
import type { ProviderModel } from "./provider-model.ts";

const SITE = "https://openlibrary.org";
const COVERS = "https://covers.openlibrary.org/b/id";
/** Open Library's language codes, for the languages in the catalogues. */
const LANGUAGES: Readonly<Record<string, string>> = {
  en: "eng",
  fr: "fre",
  de: "ger",
  es: "spa",
  ja: "jpn",
  ar: "ara",
};

/** Open Library: `/api/books?bibkeys=`, `/search.json`, `/books/OL1M.json`, `/isbn/….json`, `/works/OL1W.json`. */
export const openLibrary: ProviderModel = {
  isbnsIn: (url) =>
    url.pathname === "/api/books" ? bibkeys(url).map((key) => key.slice("ISBN:".length)) : [],

  answer(url, catalogue) {
    if (url.pathname === "/api/books") {
      return Object.fromEntries(
        bibkeys(url).flatMap((key) => {
          const book = catalogue.byIsbn(key.slice("ISBN:".length));
          // The response repeats the key as requested, and omits unknown books.
          return book ? [[key, entry(book, catalogue)]] : [];
        }),
      );
    }
    if (url.pathname === "/search.json") {
      const books = search(url, catalogue);
      return {
        numFound: books.length,
        start: 0,
        numFoundExact: true,
        docs: books.map((book) => searchDoc(book, catalogue)),
      };
    }
    const work = /^\/works\/OL(\d+)W\.json$/.exec(url.pathname)?.[1];
    if (work !== undefined) {
      const book = catalogue.books[Number(work) - 1];
      return book && workRecord(book, catalogue);
    }
    const id = /^\/(?:books\/OL(\d+)M|isbn\/([\dXx]+))\.json$/.exec(url.pathname);
    if (!id) return undefined;
    const book =
      id[1] === undefined ? catalogue.byIsbn(id[2] ?? "") : catalogue.books[Number(id[1]) - 1];
    return book && edition(book, catalogue);
  },

  otherEdition(url, catalogue) {
    return Object.fromEntries(
      bibkeys(url).map((key) => {
        const asked = catalogue.byIsbn(key.slice("ISBN:".length));
        const other = catalogue.books.find((book) => book !== asked);
        return [key, other && entry(other, catalogue)];
      }),
    );
  },

  empty: () => ({}),
  oddShape: (url) => Object.fromEntries(bibkeys(url).map((key) => [key, "not an object"])),
  rateLimited: () => ({ status: 429, message: "Too Many Requests." }),
};

function bibkeys(url: URL): string[] {
  return (url.searchParams.get("bibkeys") ?? "")
    .split(",")
    .filter((key) => key.startsWith("ISBN:"));
}

function search(url: URL, catalogue: Catalogue): CatalogueBook[] {
  const title = url.searchParams.get("title") ?? url.searchParams.get("q") ?? "";
  const author = url.searchParams.get("author") ?? "";
  return catalogue.find({ title, author }, Number(url.searchParams.get("limit") ?? 100));
}

const isbnLists = (book: CatalogueBook): { isbn_13: string[]; isbn_10?: string[] } => {
  const isbn10 = toIsbn10(book.isbn13);
  return { isbn_13: [book.isbn13], ...(isbn10 === undefined ? {} : { isbn_10: [isbn10] }) };
};

function entry(book: CatalogueBook, catalogue: Catalogue): object {
  const number = catalogue.numberOf(book);
  return {
    url: `${SITE}/books/OL${number}M`,
    key: `/books/OL${number}M`,
    title: book.title,
    ...(book.subtitle === undefined ? {} : { subtitle: book.subtitle }),
    authors: book.authors.map((name, index) => ({
      url: `${SITE}/authors/OL${number}${index}A/${encodeURIComponent(name.replaceAll(" ", "_"))}`,
      name,
    })),
    number_of_pages: book.pages,
    identifiers: { ...isbnLists(book), openlibrary: [`OL${number}M`] },
    publishers: [{ name: book.publisher }],
    publish_date: book.published,
    cover: {
      small: `${COVERS}/${number}-S.jpg`,
      medium: `${COVERS}/${number}-M.jpg`,
      large: `${COVERS}/${number}-L.jpg`,
    },
    subjects: (book.subjects ?? []).map((name) => ({
      name,
      url: `${SITE}/subjects/${name.toLowerCase()}`,
    })),
  };
}

function edition(book: CatalogueBook, catalogue: Catalogue): object {
  const number = catalogue.numberOf(book);
  return {
    type: { key: "/type/edition" },
    key: `/books/OL${number}M`,
    title: book.title,
    authors: book.authors.map((_name, index) => ({ key: `/authors/OL${number}${index}A` })),
    publishers: [book.publisher],
    publish_date: book.published,
    number_of_pages: book.pages,
    languages: [{ key: `/languages/${LANGUAGES[book.language] ?? book.language}` }],
    works: [{ key: `/works/OL${number}W` }],
    ...isbnLists(book),
    latest_revision: 1,
    revision: 1,
  };
}

/** The description is that of the work, as for most books. */
function workRecord(book: CatalogueBook, catalogue: Catalogue): object {
  return {
    type: { key: "/type/work" },
    key: `/works/OL${catalogue.numberOf(book)}W`,
    title: book.title,
    ...(book.subjects === undefined ? {} : { subjects: book.subjects }),
    ...(book.firstPublished === undefined ? {} : { first_publish_date: book.firstPublished }),
    ...(book.description === undefined
      ? {}
      : { description: { type: "/type/text", value: book.description } }),
  };
}

function searchDoc(book: CatalogueBook, catalogue: Catalogue): object {
  const number = catalogue.numberOf(book);
  const { isbn_13, isbn_10 = [] } = isbnLists(book);
  const isbn = [...isbn_13, ...isbn_10];
  return {
    key: `/works/OL${number}W`,
    type: "work",
    title: book.title,
    author_name: book.authors,
    author_key: book.authors.map((_name, index) => `OL${number}${index}A`),
    edition_count: 1,
    edition_key: [`OL${number}M`],
    isbn,
    publisher: [book.publisher],
    publish_date: [book.published],
    language: [LANGUAGES[book.language] ?? book.language],
    number_of_pages_median: book.pages,
    editions: {
      numFound: 1,
      start: 0,
      docs: [
        {
          key: `/books/OL${number}M`,
          title: book.title,
          isbn,
          publisher: [book.publisher],
          publish_date: [book.published],
          language: [LANGUAGES[book.language] ?? book.language],
        },
      ],
    },
  };
}
