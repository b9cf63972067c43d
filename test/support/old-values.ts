import {
  readStoredValue,
  type StoredValue,
} from "../../src/catalogue/domain/legacy/stored-value.ts";
import type { Book } from "../../contract/catalogue.ts";

/** An ISBN-13, its ISBN-10, and the ISBN-13 of another book. */
export const ISBN = "9780306406157";
export const ISBN10 = "0306406152";
export const OTHER = "9791090636071";
/** A time in the years when the old values were stored, in ms since the epoch. */
export const AT = Date.UTC(2025, 1, 3, 4, 5, 6);

/** Reads a value under the key of an ISBN. */
export function read(value: unknown, key = ISBN): StoredValue {
  return readStoredValue(key, JSON.stringify(value));
}

/** The book in an old value. @throws Error if there is none */
export function bookIn(value: unknown, key = ISBN): Book {
  const stored = read(value, key);
  if (stored.kind !== "legacy") throw new Error(`no book: ${JSON.stringify(stored)}`);
  return stored.book;
}

/** The flat book of the first version of the service. */
export const flat = {
  title: "The Lighthouse Ledger",
  authors: ["Mira Quill", "Tom Reed, Jr."],
  authorsDetailed: [{ name: "Mira Quill", role: "author", key: "OL200A", gender: "Unknown" }],
  publishedDate: "May 1, 2003",
  publisher: "Tidewater Press",
  pageCount: 312,
  language: "eng",
  categories: ["Fiction", "Lighthouses"],
  description: "<p>Salt &amp; light.</p>",
  imageLinks: {
    thumbnail: "http://img.example/t.jpg",
    medium: "http://img.example/m.jpg",
    large: "https://img.example/l.jpg",
  },
};

/** The fields of the flat book above, as the service stores them today. */
export const fields = {
  isbn: ISBN,
  isbn10: ISBN10,
  title: "The Lighthouse Ledger",
  authors: ["Mira Quill", "Tom Reed, Jr."],
  authorsDetailed: [
    { name: "Mira Quill", role: "author", key: "OL200A" },
    { name: "Tom Reed, Jr." },
  ],
  publishedDate: "2003-05-01",
  publicationYear: 2003,
  publisher: "Tidewater Press",
  pageCount: 312,
  language: "en",
  categories: ["Fiction", "Lighthouses"],
  description: "Salt & light.",
  imageLinks: {
    thumbnail: "https://img.example/t.jpg",
    medium: "https://img.example/m.jpg",
    large: "https://img.example/l.jpg",
  },
  coverUrl: "https://img.example/l.jpg",
};

/** A volume as returned by Google, with only the ISBN-10. */
export const volume = {
  kind: "books#volume",
  id: "AbC123",
  volumeInfo: {
    title: "The Lighthouse Ledger",
    authors: ["Mira Quill"],
    publishedDate: "2003-05",
    pageCount: 312,
    industryIdentifiers: [{ type: "ISBN_10", identifier: ISBN10 }],
  },
};

/** Works, editions and authors, in a format that the service stored for a time. */
export const works = {
  works: [
    {
      title: "The Lighthouse Ledger",
      subjectTags: ["Fiction"],
      originalLanguage: "en",
      firstPublicationYear: 1999,
      description: "Salt and light.",
      primaryProvider: "google-books",
      googleBooksVolumeIDs: ["AbC123"],
      openLibraryID: "OL300W",
    },
  ],
  editions: [
    { isbn: OTHER, isbns: [OTHER], title: "Le registre du phare", language: "fr" },
    {
      isbn: ISBN,
      isbns: [ISBN, ISBN10],
      publisher: "Tidewater Press",
      publicationDate: "2003-05-01",
      pageCount: 312,
      format: "Paperback",
      coverImageURL: "http://img.example/c.jpg",
      openLibraryEditionID: "OL100M",
    },
  ],
  authors: [
    { name: "Mira Quill", gender: "Unknown", openLibraryID: "OL200A" },
    { name: "Tom Reed" },
  ],
};
