import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bookSchema } from "../../../contract/catalogue.ts";
import { mangled } from "../../../test/support/mangled.ts";
import type { Fetch } from "./http.ts";
import { openLibrary, readEntries } from "./open-library.ts";
import { runs } from "../../../test/support/properties.ts";

const ISBN = "9780306406157";
const OTHER = "9791090636071";
const CANARY = "9780140328721";
const providerBook = bookSchema.omit({ provider: true, sources: true, updatedAt: true });

/** An entry in the shape of `api/books?jscmd=data`. */
const entry = {
  url: "https://openlibrary.org/books/OL100M/The_Lighthouse_Ledger",
  key: "/books/OL100M",
  title: "The Lighthouse Ledger",
  subtitle: "A Novel",
  authors: [
    { url: "https://openlibrary.org/authors/OL200A/Mira_Quill", name: "Mira Quill" },
    { name: "Anonymous Friend" },
  ],
  number_of_pages: 312,
  identifiers: {
    isbn_10: ["0306406152"],
    isbn_13: ["9780306406157"],
    openlibrary: ["OL100M"],
    goodreads: ["42"],
    google: ["not-kept"],
  },
  publishers: [{ name: "Tidewater Press" }],
  publish_date: "May 1, 2003",
  subjects: [
    { name: "Fiction", url: "x" },
    { name: "Lighthouses" },
    { name: "nyt:combined-print=2011-05-01" },
  ],
  cover: {
    small: "http://covers.openlibrary.org/b/id/77-S.jpg",
    medium: "https://covers.openlibrary.org/b/id/77-M.jpg",
    large: "https://covers.openlibrary.org/b/id/77-L.jpg",
  },
};

const book = {
  isbn: ISBN,
  isbn10: "0306406152",
  title: "The Lighthouse Ledger",
  subtitle: "A Novel",
  authors: ["Mira Quill", "Anonymous Friend"],
  authorsDetailed: [{ name: "Mira Quill", key: "OL200A" }, { name: "Anonymous Friend" }],
  publisher: "Tidewater Press",
  publishedDate: "2003-05-01",
  publicationYear: 2003,
  pageCount: 312,
  categories: ["Fiction", "Lighthouses"],
  imageLinks: {
    thumbnail: "https://covers.openlibrary.org/b/id/77-S.jpg",
    medium: "https://covers.openlibrary.org/b/id/77-M.jpg",
    large: "https://covers.openlibrary.org/b/id/77-L.jpg",
  },
  coverUrl: "https://covers.openlibrary.org/b/id/77-L.jpg",
  identifiers: { openLibrary: "OL100M", goodreads: "42" },
};

const unanswered = [
  "language",
  "description",
  "series",
  "workId",
  "firstPublicationYear",
  "binding",
  "originalTitle",
  "languageTag",
];

function answer(body: unknown, isbns = [ISBN]): ReturnType<typeof readEntries> {
  return readEntries(isbns, body);
}

const canaryEntry = { ...entry, identifiers: { isbn_13: [CANARY] } };

describe("readEntries", () => {
  it("reads a book", () => {
    expect(answer({ [`ISBN:${ISBN}`]: entry }).get(ISBN)).toStrictEqual({
      kind: "found",
      book,
      unanswered,
    });
  });

  it("finds a book by its ISBN-10 alone", () => {
    const old = { ...entry, identifiers: { isbn_10: ["0-306-40615-2"] } };
    expect(answer({ "isbn:0306406152": old }).get(ISBN)).toMatchObject({ kind: "found" });
  });

  it("reads the members of a stored edition too", () => {
    const edition = {
      key: "/books/OL100M",
      title: "The Lighthouse Ledger",
      isbn_13: [ISBN],
      publishers: ["Tidewater Press"],
      languages: [{ key: "/languages/eng" }],
      description: { type: "/type/text", value: "<p>Salt &amp; light.</p>" },
      covers: [77],
      pagination: "312 p. ;",
      subjects: ["Fiction"],
      authors: [{ key: "/authors/OL200A" }],
    };
    expect(answer({ [`ISBN:${ISBN}`]: edition }).get(ISBN)).toMatchObject({
      book: {
        publisher: "Tidewater Press",
        language: "en",
        description: "Salt & light.",
        pageCount: 312,
        authors: [],
        coverUrl: "https://covers.openlibrary.org/b/id/77-L.jpg",
      },
    });
  });

  it("has no cover for Open Library's placeholder number", () => {
    const bare = { ...entry, cover: undefined, covers: [-1] };
    expect(answer({ [`ISBN:${ISBN}`]: bare }).get(ISBN)).not.toHaveProperty("book.coverUrl");
  });

  it.each([[[-1, 7]], [[0, 7]], [[null, 7]]])("uses the remaining cover of %j", (covers) => {
    const bare = { ...entry, cover: undefined, covers };
    expect(answer({ [`ISBN:${ISBN}`]: bare }).get(ISBN)).toHaveProperty(
      "book.coverUrl",
      "https://covers.openlibrary.org/b/id/7-L.jpg",
    );
  });

  it.each([
    ["Paperback", "Paperback"],
    ["[electronic resource] /", "electronic resource"],
    ["Unknown Binding", undefined],
    ["N/A", undefined],
    ["", undefined],
  ])("reads the binding %j as %j", (format, binding) => {
    const bound = answer({ [`ISBN:${ISBN}`]: { ...entry, physical_format: format } }).get(ISBN);
    expect(bound).toMatchObject({ kind: "found" });
    expect(bound?.kind === "found" && bound.book.binding).toBe(binding);
  });

  it("answers for each ISBN of a batch", () => {
    const body = { [`ISBN:${ISBN}`]: entry, [`ISBN:${CANARY}`]: canaryEntry };
    expect(readEntries([ISBN, OTHER], body, undefined, CANARY)).toEqual(
      new Map([
        [ISBN, { kind: "found", book, unanswered }],
        [OTHER, { kind: "absent" }],
      ]),
    );
  });

  it.each([
    ["a batch", [ISBN, OTHER], CANARY],
    ["an ISBN alone", [OTHER], CANARY],
    ["a batch without a canary in the question", [ISBN, OTHER], undefined],
  ])("proves no absence without the canary in the answer to %s", (_what, isbns, canary) => {
    const doubtful = { kind: "failed", reason: "bad_answer", unproven: true };
    expect([...readEntries(isbns, {}, undefined, canary).values()]).toEqual(
      isbns.map(() => doubtful),
    );
  });

  it("does not accept an entry of another edition as a proof", () => {
    const foreign = { [`ISBN:${OTHER}`]: { ...entry, title: "" } };
    expect(readEntries([OTHER], foreign, undefined, CANARY).get(OTHER)).toMatchObject({
      kind: "failed",
      unproven: true,
    });
  });

  it("accepts an empty answer for one ISBN provisionally before a canary is known", () => {
    expect(answer({}).get(ISBN)).toEqual({ kind: "absent", unproven: true });
  });

  it.each([
    [
      "an entry of another edition",
      { [`ISBN:${ISBN}`]: { ...entry, identifiers: { isbn_13: [OTHER] } } },
    ],
    ["an entry without identifiers", { [`ISBN:${ISBN}`]: { ...entry, identifiers: undefined } }],
    ["an entry without a title", { [`ISBN:${ISBN}`]: { ...entry, title: "" } }],
  ])("%s is absent beside the canary, and for the time being without one", (_what, body) => {
    expect(answer(body).get(ISBN)).toEqual({ kind: "absent", unproven: true });
    const proven = { ...body, [`ISBN:${CANARY}`]: canaryEntry };
    expect(readEntries([ISBN], proven, undefined, CANARY).get(ISBN)).toEqual({ kind: "absent" });
  });

  it.each([
    ["blank", {}],
    ["of another edition", entry],
    ["a text", "error"],
  ])("does not take a canary's entry that is %s for a proof", (_what, of) => {
    const body = { [`ISBN:${CANARY}`]: of };
    expect(readEntries([ISBN, OTHER], body, undefined, CANARY).get(OTHER)).toEqual({
      kind: "failed",
      reason: "bad_answer",
      unproven: true,
    });
  });

  it("accepts no unrequested entry as a proof", () => {
    expect(answer({ [`ISBN:${OTHER}`]: entry }).get(ISBN)).toMatchObject({ kind: "failed" });
  });

  it.each([
    ["a list", []],
    ["a string", "no"],
    ["null", null],
    ["an error with status 200", { error: "internal" }],
    ["a limit with status 200", { status: 429, message: "Too Many Requests" }],
    ["a string for the entry", { [`ISBN:${ISBN}`]: "The Lighthouse Ledger" }],
    ["null for the entry", { [`ISBN:${ISBN}`]: null }],
  ])("%s is a bad answer", (_what, body) => {
    expect(answer(body).get(ISBN)).toEqual({ kind: "failed", reason: "bad_answer" });
  });

  it("keeps the books it found when the rest of the response is malformed", () => {
    expect(answer({ [`ISBN:${ISBN}`]: entry, error: "half" }, [ISBN, OTHER])).toEqual(
      new Map<string, unknown>([
        [ISBN, { kind: "found", book, unanswered }],
        [OTHER, { kind: "failed", reason: "bad_answer", unproven: true }],
      ]),
    );
  });

  it("yields a valid book or none, whatever the response", () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mangled({ [`ISBN:${ISBN}`]: entry })), (body) => {
        const found = answer(body).get(ISBN);
        const books = found?.kind === "found" ? [found.book] : [];
        expect(found?.kind).toMatch(/^(found|absent|failed)$/);
        for (const each of books) expect(providerBook.safeParse(each).error).toBeUndefined();
      }),
      { numRuns: runs(100) },
    );
  });
});

describe("openLibrary", () => {
  function answering(
    body: string,
    init?: ResponseInit,
  ): { fetch: Fetch; asked: { url: URL; init: RequestInit }[] } {
    const asked: { url: URL; init: RequestInit }[] = [];
    const fetch: Fetch = async (url, request) => {
      asked.push({ url: new URL(url), init: request });
      return new Response(body, init);
    };
    return { fetch, asked };
  }
  const options = { baseUrl: "https://ol.example/", contact: "ops@books.example" };

  it("requests a batch in one call and sends its User-Agent", async () => {
    const { fetch, asked } = answering(JSON.stringify({ [`ISBN:${ISBN}`]: entry }));
    const answers = await openLibrary({ ...options, fetch }).lookup([ISBN, OTHER], {
      timeoutMs: 1000,
      canary: CANARY,
    });
    expect([...answers.values()].map(({ kind }) => kind)).toEqual(["found", "failed"]);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.url.pathname).toBe("/api/books");
    expect(Object.fromEntries(asked[0]?.url.searchParams ?? [])).toEqual({
      bibkeys: `ISBN:${ISBN},ISBN:${OTHER},ISBN:${CANARY}`,
      jscmd: "data",
      format: "json",
    });
    expect(new Headers(asked[0]?.init.headers).get("User-Agent")).toBe(
      "BooksTrack/0.1 (+ops@books.example)",
    );
  });

  it("makes no call without ISBNs", async () => {
    const { fetch, asked } = answering("{}");
    expect(await openLibrary({ ...options, fetch }).lookup([], { timeoutMs: 1000 })).toEqual(
      new Map(),
    );
    expect(asked).toEqual([]);
  });

  it.each([
    [
      429,
      '{"status": 429, "message": "Too Many Requests"}',
      { reason: "rate_limited", status: 429 },
    ],
    [503, "<html>down</html>", { reason: "http_error", status: 503 }],
    [403, "<html>forbidden</html>", { reason: "access_denied", status: 403 }],
    [500, "<html>oops</html>", { reason: "http_error", status: 500, unproven: true }],
    [200, "<html>down</html>", { reason: "bad_answer", unproven: true }],
  ])("fails for every ISBN on %d %s", async (status, body, failure) => {
    const { fetch } = answering(body, { status });
    const provider = openLibrary({ ...options, fetch });
    const answers = await provider.lookup([ISBN, OTHER], { timeoutMs: 1000 });
    expect([...answers.values()]).toEqual([
      { kind: "failed", ...failure },
      { kind: "failed", ...failure },
    ]);
    const { unproven: _unproven, ...plain } = { unproven: undefined, ...failure };
    expect(await provider.search({ title: "x", limit: 5 }, { timeoutMs: 1000 })).toEqual({
      kind: "failed",
      ...plain,
    });
  });

  it("searches by title and author", async () => {
    const doc = { title: "The Lighthouse Ledger", isbn: [ISBN] };
    const { fetch, asked } = answering(JSON.stringify({ docs: [doc, { ...doc, isbn: [OTHER] }] }));
    const found = await openLibrary({ ...options, fetch }).search(
      { title: "The Lighthouse Ledger", author: "Quill", limit: 1 },
      { timeoutMs: 1000 },
    );
    expect(found).toMatchObject({ kind: "found", books: [{ isbn: ISBN }] });
    expect(found).toHaveProperty("books.length", 1);
    const query = asked[0]?.url.searchParams;
    expect(asked[0]?.url.pathname).toBe("/search.json");
    expect([query?.get("title"), query?.get("author"), query?.get("limit")]).toEqual([
      "The Lighthouse Ledger",
      "Quill",
      "1",
    ]);
    expect(query?.get("fields")?.split(",")).toContain("editions.isbn");
  });

  it.each([
    [{ words: "War AND Peace" }, { q: "war and peace", lang: "en" }],
    [{ words: "Der Herr der Ringe" }, { q: "der herr der ringe", lang: "de" }],
    [{ title: "ノルウェイの森" }, { title: "ノルウェイの森", lang: "ja" }],
    [{ author: "Quill" }, { author: "Quill", lang: "en" }],
  ])("searches by %j", async (query, asks) => {
    const { fetch, asked } = answering('{"docs": []}');
    await openLibrary({ ...options, fetch }).search({ ...query, limit: 5 }, { timeoutMs: 1000 });
    const {
      fields: _fields,
      limit: _limit,
      ...rest
    } = Object.fromEntries(asked[0]?.url.searchParams ?? []);
    expect(rest).toEqual(asks);
  });

  it("follows redirects of merged editions, at most two", async () => {
    const record = { title: "Dune", isbn_13: ["9780441172719"], works: [{ key: "/works/OL1W" }] };
    const redirect = (id: string) => ({
      type: { key: "/type/redirect" },
      location: `/books/${id}`,
    });
    const bodies: Record<string, Response | object> = {
      OL1M: redirect("OL2M"),
      OL2M: new Response(null, { status: 301, headers: { Location: "/books/OL3M.json" } }),
      OL3M: record,
      OL8M: redirect("OL9M"),
      OL9M: redirect("OL8M"),
    };
    const fetch = async (url: string): Promise<Response> => {
      const body = bodies[/OL\d+M/.exec(url)?.[0] ?? ""];
      return body instanceof Response ? body : Response.json(body);
    };
    const { search } = openLibrary({ ...options, fetch });
    expect(await search({ edition: "OL1M", limit: 1 }, { timeoutMs: 1000 })).toMatchObject({
      kind: "found",
      books: [{ isbn: "9780441172719", workId: "OL1W" }],
    });
    const circle = await search({ edition: "OL8M", limit: 1 }, { timeoutMs: 1000 });
    expect(circle).toEqual({ kind: "found", books: [] });
  });

  it("reads the editions of a work, with their work, binding and series", async () => {
    const entries = [
      {
        title: "Dune",
        isbn_10: ["0441172717"],
        physical_format: "Paperback",
        series: ["Dune Chronicles ; 1", "Dune Chronicles"],
        translation_of: "DUNE",
        languages: [{ key: "/languages/eng" }],
      },
      { title: "Der Wüstenplanet", isbn_13: ["9783453317178"], translation_of: "Dune" },
      { title: "No ISBN" },
      "?",
    ];
    const { fetch, asked } = answering(JSON.stringify({ size: 4, entries }));
    const { search } = openLibrary({ ...options, fetch });
    const found = await search({ work: "OL1W", limit: 50 }, { timeoutMs: 1000 });
    expect(asked[0]?.url.pathname).toBe("/works/OL1W/editions.json");
    expect(found).toMatchObject({
      books: [
        {
          isbn: "9780441172719",
          workId: "OL1W",
          binding: "Paperback",
          series: [{ name: "Dune Chronicles", position: "1" }],
        },
        { isbn: "9783453317178", workId: "OL1W", originalTitle: "Dune" },
      ],
    });
    expect(found).not.toHaveProperty("books.0.originalTitle");
  });

  it("does not treat a malformed response as an empty search", async () => {
    const failed = { kind: "failed", reason: "bad_answer" };
    const search = (body: string) =>
      openLibrary({ ...options, fetch: answering(body).fetch }).search(
        { title: "x", limit: 5 },
        { timeoutMs: 1000 },
      );
    expect(await search('{"docs": []}')).toEqual({ kind: "found", books: [] });
    expect(await search("{}")).toEqual(failed);
    expect(await search('{"docs": {}}')).toEqual(failed);
  });

  it.each([
    [
      { isbn_13: [ISBN], isbn_10: ["0306406152"] },
      [{ isbn: ISBN, title: "The Lighthouse Ledger" }],
    ],
    [{ isbn_10: ["0306406152"] }, [{ isbn: ISBN }]],
    [{ isbn_13: [ISBN, OTHER] }, []],
    [{}, []],
  ])("returns the edition of an id if its record %j has one ISBN", async (isbns, books) => {
    const record = JSON.stringify({ title: "The Lighthouse Ledger", ...isbns });
    const { fetch, asked } = answering(record);
    const search = openLibrary({ ...options, fetch }).search;
    const found = await search({ edition: "OL100M", limit: 1 }, { timeoutMs: 1000 });
    expect(found).toMatchObject({ kind: "found", books });
    expect(found).toHaveProperty("books.length", books.length);
    expect(asked[0]?.url.pathname).toBe("/books/OL100M.json");
  });

  it.each([
    ["{}", 404, { kind: "found", books: [] }],
    ["{}", 503, { kind: "failed", reason: "http_error", status: 503 }],
    ["[]", 200, { kind: "failed", reason: "bad_answer" }],
    ["<html>", 200, { kind: "failed", reason: "bad_answer" }],
  ])("maps an edition's record %s with %i", async (body, status, expected) => {
    const { search } = openLibrary({ ...options, fetch: answering(body, { status }).fetch });
    expect(await search({ edition: "OL1M", limit: 1 }, { timeoutMs: 1000 })).toEqual(expected);
  });

  describe("the records of a book", () => {
    const get = (body: object, status = 200) =>
      openLibrary({ ...options, fetch: answering(JSON.stringify(body), { status }).fetch });
    const time = { timeoutMs: 1000 };
    const edition = {
      key: "/books/OL100M",
      title_prefix: "The ",
      title: "Lighthouse ledger /",
      subtitle: "by Mira Quill.",
      isbn_13: [ISBN, OTHER],
      by_statement: "by Mira Quill ; translated by Tom Reed.",
      contributions: ["Ross, Tony, ill."],
      languages: [{ key: "/languages/eng" }],
      works: [{ key: "/works/OL300W" }],
      pagination: "xvi, 521 p. ; 22 cm.",
      number_of_pages: 1,
      description: { type: "/type/text", value: "About it ([source][1])\r\n\r\n[1]: http://x.y" },
      subjects: ["Fiction", "fiction", "In library"],
    };

    it("are read for a book whose ISBN the edition lists among others", async () => {
      const found = await get(edition).search({ edition: "OL100M", isbn13: ISBN, limit: 1 }, time);
      expect(found).toStrictEqual({
        kind: "found",
        books: [
          {
            isbn: ISBN,
            isbn10: "0306406152",
            title: "The Lighthouse ledger",
            authors: ["Mira Quill"],
            authorsDetailed: [
              { name: "Mira Quill" },
              { name: "Tom Reed", role: "translator" },
              { name: "Tony Ross", role: "illustrator" },
            ],
            pageCount: 521,
            language: "en",
            categories: ["Fiction"],
            description: "About it",
            identifiers: { openLibrary: "OL100M" },
            workId: "OL300W",
          },
        ],
      });
      const others = await get(edition).search(
        { edition: "OL100M", isbn13: "9780140328721", limit: 1 },
        time,
      );
      expect(others).toMatchObject({ books: [] });
    });

    it("of a work are its description and subjects", async () => {
      const record = { title: "Another", description: "The work.", subjects: ["Tea"], covers: [1] };
      expect(await get(record).search({ workRecord: "OL300W", limit: 1 }, time)).toEqual({
        kind: "found",
        books: [],
        work: { description: "The work.", categories: ["Tea"] },
      });
      expect(await get({}, 404).search({ workRecord: "OL300W", limit: 1 }, time)).toEqual({
        kind: "found",
        books: [],
      });
      expect(await get({}, 503).search({ workRecord: "OL300W", limit: 1 }, time)).toMatchObject({
        status: 503,
      });
    });

    it.each([
      [{ number_of_pages: 1, pagination: "2 v. (1200 p.)" }, 1200],
      [{ number_of_pages: 48, pagination: "xvi, 521 p." }, 48],
      [{ pagination: "10 sound discs (12 hr.)" }, undefined],
      [{ number_of_pages: 1 }, 1],
    ])("%j has %s pages", (pages, count) => {
      const { number_of_pages: _pages, ...rest } = entry;
      const read = answer({ [`ISBN:${ISBN}`]: { ...rest, ...pages } }).get(ISBN);
      expect(read).toMatchObject({ kind: "found" });
      expect(read?.kind === "found" && read.book.pageCount).toBe(count);
    });
  });
});
