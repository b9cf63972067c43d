import { describe, expect, it } from "vitest";
import { isbn13sOfVolume, volumeToBook } from "./google-volume.ts";

const ISBN = "9780306406157";

const volume = {
  kind: "books#volume",
  id: "AbC123",
  volumeInfo: {
    title: "The Lighthouse Ledger",
    subtitle: "A Novel",
    authors: ["Mira Quill", "Tom Reed, Jr.", "Mira Quill"],
    publisher: "Tidewater Press",
    publishedDate: "2003-05",
    description: "<p>Salt &amp; light.</p><p>And <b>wind</b>.</p>",
    industryIdentifiers: [
      { type: "ISBN_10", identifier: "0306406152" },
      { type: "ISBN_13", identifier: ISBN },
      { type: "OTHER", identifier: "9791090636071" },
    ],
    pageCount: 0,
    printedPageCount: 312,
    categories: ["Fiction / Literary", "Fiction / Sea Stories"],
    imageLinks: {
      smallThumbnail:
        "http://books.google.com/books/content?id=AbC123&img=1&zoom=5&edge=curl&source=gbs_api",
      thumbnail:
        "http://books.google.com/books/content?id=AbC123&img=1&zoom=1&edge=curl&source=gbs_api",
    },
    language: "en",
  },
};

describe("volumeToBook", () => {
  it("reads a volume", () => {
    expect(volumeToBook(ISBN, volume)).toStrictEqual({
      isbn: ISBN,
      isbn10: "0306406152",
      title: "The Lighthouse Ledger",
      subtitle: "A Novel",
      authors: ["Mira Quill", "Tom Reed, Jr."],
      publisher: "Tidewater Press",
      publishedDate: "2003-05",
      publicationYear: 2003,
      pageCount: 312,
      language: "en",
      categories: ["Fiction / Literary", "Fiction / Sea Stories"],
      description: "Salt & light.\n\nAnd wind.",
      imageLinks: {
        thumbnail: "https://books.google.com/books/content?id=AbC123&img=1&zoom=1&source=gbs_api",
      },
      coverUrl: "https://books.google.com/books/content?id=AbC123&img=1&zoom=1&source=gbs_api",
      identifiers: { googleBooks: "AbC123" },
    });
  });

  it("stores no blank for a field that Google leaves empty", () => {
    expect(
      volumeToBook(ISBN, { volumeInfo: { title: "A", publisher: "", authors: null } }),
    ).toStrictEqual({
      isbn: ISBN,
      isbn10: "0306406152",
      title: "A",
      authors: [],
      categories: [],
    });
  });

  it.each([
    undefined,
    null,
    "x",
    [],
    {},
    { volumeInfo: "x" },
    { volumeInfo: { title: " " } },
    { volumeInfo: { title: {} } },
  ])("%j is not a book", (value) => {
    expect(volumeToBook(ISBN, value)).toBeUndefined();
  });
});

describe("isbn13sOfVolume", () => {
  it("treats ISBN-10 and ISBN-13 as one, and ignores identifiers of other types", () => {
    expect(isbn13sOfVolume(volume)).toEqual([ISBN]);
  });

  it("reads identifiers that are strings or have no type", () => {
    const identifiers = ["9791090636071", { identifier: "0-306-40615-2" }, null, 7];
    expect(isbn13sOfVolume({ volumeInfo: { industryIdentifiers: identifiers } })).toEqual([
      "9791090636071",
      ISBN,
    ]);
  });
});
