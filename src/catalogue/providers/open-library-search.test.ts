import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookSchema } from "../../../contract/catalogue.ts";
import { mangled } from "../../../test/support/mangled.ts";
import { searchToBooks } from "./open-library-search.ts";
import { runs } from "../../../test/support/properties.ts";

const COVERS = "https://covers.example";
const providerBook = bookSchema.omit({ provider: true, sources: true, updatedAt: true });

/** A work with several editions, one of which is named as the best match. */
const work = {
  key: "/works/OL300W",
  title: "The Lighthouse Ledger",
  author_name: ["Mira Quill", "Tom Reed"],
  author_key: ["OL200A", "OL201A"],
  isbn: ["0306406152", "9780306406157", "9791090636071"],
  publisher: ["Tidewater Press", "Éditions du Phare"],
  publish_date: ["2003", "2005"],
  language: ["eng", "fre"],
  number_of_pages_median: 300,
  edition_count: 2,
  cover_i: 70,
  subject: ["Fiction", "series:lighthouses"],
  editions: {
    numFound: 2,
    docs: [
      {
        key: "/books/OL101M",
        title: "Le registre du phare",
        subtitle: "roman",
        isbn: ["9791090636071"],
        publisher: ["Éditions du Phare"],
        publish_date: ["2005"],
        language: ["fre"],
        cover_i: 78,
      },
    ],
  },
};

function search(...docs: unknown[]): unknown {
  return { numFound: docs.length, docs };
}

describe("searchToBooks", () => {
  it("uses the edition named by the result", () => {
    expect(searchToBooks(search(work), COVERS)).toStrictEqual([
      {
        isbn: "9791090636071",
        title: "Le registre du phare",
        subtitle: "roman",
        authors: ["Mira Quill", "Tom Reed"],
        authorsDetailed: [
          { name: "Mira Quill", key: "OL200A" },
          { name: "Tom Reed", key: "OL201A" },
        ],
        publisher: "Éditions du Phare",
        publishedDate: "2005",
        publicationYear: 2005,
        language: "fr",
        originalTitle: "The Lighthouse Ledger",
        workId: "OL300W",
        categories: ["Fiction"],
        imageLinks: {
          thumbnail: "https://covers.example/b/id/78-S.jpg",
          medium: "https://covers.example/b/id/78-M.jpg",
          large: "https://covers.example/b/id/78-L.jpg",
        },
        coverUrl: "https://covers.example/b/id/78-L.jpg",
        identifiers: { openLibrary: "OL101M" },
      },
    ]);
  });

  it("uses a work with a single ISBN, and only unambiguous values of its lists", () => {
    const sole = { ...work, editions: undefined, isbn: ["0306406152", "9780306406157"] };
    const [book] = searchToBooks(search(sole), COVERS) ?? [];
    expect(book).toMatchObject({
      isbn: "9780306406157",
      isbn10: "0306406152",
      title: "The Lighthouse Ledger",
    });
    expect(book).not.toHaveProperty("publisher");
    expect(book).not.toHaveProperty("publishedDate");
    expect(book).not.toHaveProperty("language");
    expect(book).not.toHaveProperty("pageCount");
  });

  it("uses the page count of a work with one edition", () => {
    const sole = { ...work, editions: undefined, isbn: ["9780306406157"], edition_count: 1 };
    expect(searchToBooks(search(sole), COVERS)).toMatchObject([{ pageCount: 300 }]);
  });

  it.each([
    ["several ISBNs and no named edition", { ...work, editions: undefined }],
    [
      "a named edition with three ISBNs",
      { ...work, editions: { docs: [{ isbn: [...work.isbn, "9780441172719", "9780140328721"] }] } },
    ],
    ["no ISBN", { ...work, editions: undefined, isbn: undefined }],
    ["no valid ISBN", { ...work, editions: undefined, isbn: ["9780306406158"] }],
    ["no title", { ...work, title: undefined, editions: undefined, isbn: ["9780306406157"] }],
    ["no object", "The Lighthouse Ledger"],
  ])("omits a result with %s", (_what, doc) => {
    expect(searchToBooks(search(doc), COVERS)).toEqual([]);
  });

  it("takes the first of two ISBNs of a named edition, in either form", () => {
    const doc = { ...work, editions: { docs: [{ isbn: ["0441172717", "9780140328721"] }] } };
    expect(searchToBooks(search(doc), COVERS)).toMatchObject([{ isbn: "9780441172719" }]);
  });

  it("reads work, series, first year, original title, language tag and readers", () => {
    const doc = {
      ...work,
      key: "/works/OL1W",
      first_publish_year: 1998,
      series_name: ["Lights", "Ledgers"],
      series_position: ["2"],
      readinglog_count: 41,
      editions: {
        docs: [{ title: "O farol (Lights, #2)", isbn: ["9780441172719"], language: ["pt-BR"] }],
      },
    };
    expect(searchToBooks(search(doc), COVERS)).toMatchObject([
      {
        title: "O farol",
        workId: "OL1W",
        firstPublicationYear: 1998,
        series: [{ name: "Lights", position: "2" }, { name: "Ledgers" }],
        originalTitle: "The Lighthouse Ledger",
        language: "pt",
        languageTag: "pt-BR",
        popularity: 41,
      },
    ]);
  });

  it("returns each ISBN once", () => {
    expect(searchToBooks(search(work, work), COVERS)).toHaveLength(1);
  });

  it("does not pair authors and keys whose numbers differ", () => {
    const [book] = searchToBooks(search({ ...work, author_key: ["OL200A"] }), COVERS) ?? [];
    expect(book).not.toHaveProperty("authorsDetailed");
  });

  it.each([undefined, null, [], "x", {}, { docs: "x" }, { docs: {} }])(
    "%j is not a search response",
    (body) => {
      expect(searchToBooks(body, COVERS)).toBeUndefined();
    },
  );

  it("yields valid books only, whatever the response", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), mangled(search(work, { ...work, editions: null }))),
        (body) => {
          for (const book of searchToBooks(body, COVERS) ?? []) {
            expect(providerBook.safeParse(book).error).toBeUndefined();
          }
        },
      ),
      { numRuns: runs(100) },
    );
  });
});
