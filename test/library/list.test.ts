import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { LibraryBook } from "../../contract/library.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { refreshShelves } from "../../src/library/storage/shelf-refresh.ts";

let reader: Reader;

const BOOKS = [
  { title: "Érase una vez", authors: ["Zoë Ärger"], publicationYear: 2001 },
  { title: "Dune", authors: ["Frank Herbert"], publicationYear: 1965 },
  { title: "dune messiah", authors: ["Frank Herbert"], publicationYear: 1969 },
  { title: "Beowulf", authors: [] },
  { title: "Åse", authors: ["Bo Ek"], publicationYear: 2001 },
].map(({ publicationYear, ...book }, index) => ({
  ...book,
  isbn: isbnOf(index + 1),
  ...(publicationYear === undefined ? {} : { publicationYear }),
}));

const CHANGES = [
  { status: "completed", rating: 4.5, tags: ["Café au lait"], readings: [{ finishedAt: "2023" }] },
  {
    status: "completed",
    rating: 5,
    readings: [{ finishedAt: "2020-03" }, { finishedAt: "2024-01-02" }],
  },
  { status: "want_to_read", review: "Straße der Würmer" },
  { status: "reading", notes: "ask Øystein" },
  { status: "paused", rating: 0.25, readings: [{ startedAt: "2024" }, {}] },
];

beforeAll(async () => {
  reader = await newReader();
  for (const [index, book] of BOOKS.entries()) {
    const { publicationYear: _year, ...rest } = { publicationYear: undefined, ...book };
    const { isbn } = await inCatalogue({ ...rest });
    if (book.publicationYear === undefined) await withoutYear(isbn);
    else await inCatalogue(book);
    await reader.add({ isbn, ...CHANGES[index] });
  }
});

/** The default test book has a year. */
async function withoutYear(isbn: string): Promise<void> {
  await env.DB.prepare(
    `UPDATE Books SET publication_year = NULL, version = version + 1,
       canonical_metadata = json_remove(canonical_metadata, '$.publicationYear', '$.publishedDate')
     WHERE isbn = ?1`,
  )
    .bind(isbn)
    .run();
}

const titles = async (query: string): Promise<string[]> =>
  (await reader.list(query)).books.map(({ title }) => title);

describe("GET /v1/library/:userId", () => {
  it.each([
    ["", ["Åse", "Beowulf", "dune messiah", "Dune", "Érase una vez"]],
    ["?sort=added", ["Érase una vez", "Dune", "dune messiah", "Beowulf", "Åse"]],
    ["?sort=title", ["Åse", "Beowulf", "Dune", "dune messiah", "Érase una vez"]],
    ["?sort=-title", ["Érase una vez", "dune messiah", "Dune", "Beowulf", "Åse"]],
    ["?sort=author", ["Åse", "Dune", "dune messiah", "Érase una vez", "Beowulf"]],
    ["?sort=-rating", ["Dune", "Érase una vez", "Åse", "Beowulf", "dune messiah"]],
    ["?sort=rating", ["Åse", "Érase una vez", "Dune", "dune messiah", "Beowulf"]],
    ["?sort=year", ["Dune", "dune messiah", "Érase una vez", "Åse", "Beowulf"]],
    ["?sort=-finished", ["Dune", "Érase una vez", "Åse", "Beowulf", "dune messiah"]],
    ["?status=completed&sort=title", ["Dune", "Érase una vez"]],
    ["?rating=4.5&sort=title", ["Dune", "Érase una vez"]],
    ["?year=2001&sort=title", ["Åse", "Érase una vez"]],
    ["?finishedYear=2020", ["Dune"]],
    ["?finishedYear=2023", ["Érase una vez"]],
    ["?q=ERASE", ["Érase una vez"]],
    ["?q=herbert%20DUNE&sort=title", ["Dune", "dune messiah"]],
    ["?q=strasse", ["dune messiah"]],
    ["?q=oystein", ["Beowulf"]],
    ["?q=cafe", ["Érase una vez"]],
    ["?q=%25", []],
    ["?q=%20", ["Åse", "Beowulf", "dune messiah", "Dune", "Érase una vez"]],
    ["?tag=CAFE%CC%81%20AU%20%20LAIT", ["Érase una vez"]],
    ["?tag=cafe", []],
    ["?status=completed&rating=5&q=dune&finishedYear=2024", ["Dune"]],
    ["?status=reading&status=paused", ["Åse", "Beowulf"]],
    ["?status=none", []],
    ["?unrated=true&sort=title", ["Beowulf", "dune messiah"]],
    ["?unrated=false&sort=-rating", ["Dune", "Érase una vez", "Åse"]],
    ["?author=frank%20HERBERT&sort=title", ["Dune", "dune messiah"]],
    ["?author=ZOE%20arger", ["Érase una vez"]],
    ["?author=Herbert", []],
    ["?finishedFrom=2020-03-01&finishedTo=2023-12-30", ["Dune"]],
    ["?finishedFrom=2023-01-01&finishedTo=2023-12-31", ["Érase una vez"]],
    ["?confirmed=false", []],
    ["?owned=false&sort=title&from=d", ["Dune", "dune messiah", "Érase una vez"]],
    ["?addedFrom=2000-01-01&sort=-title&from=d", ["dune messiah", "Dune", "Beowulf", "Åse"]],
    ["?addedTo=2000-01-01", []],
    ["?sort=year&from=1966", ["dune messiah", "Érase una vez", "Åse", "Beowulf"]],
    ["?sort=-finished&from=2023", ["Érase una vez", "Åse", "Beowulf", "dune messiah"]],
  ])("answers %s", async (query, expected) => {
    expect(await titles(query)).toEqual(expected);
  });

  it.each(["added", "title", "author", "rating", "year", "finished", "series"])(
    "pages through by %s in both directions, one book per page",
    async (sort) => {
      for (const order of [sort, `-${sort}`]) {
        const whole = await titles(`?sort=${order}`);
        const walked: string[] = [];
        let cursor: string | undefined;
        do {
          const after: string = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
          const page = await reader.list(`?sort=${order}&limit=1${after}`);
          expect(page).toMatchObject({ count: 1, total: 5 });
          walked.push(...page.books.map(({ title }) => title));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(walked).toEqual(whole);
      }
    },
  );

  it.each([
    "?status=read",
    "?status=completed&status=read",
    "?unrated=yes",
    "?confirmed=1",
    "?format=scroll",
    "?language=English",
    "?finishedFrom=2020",
    "?finishedTo=2021-02-29",
    "?addedFrom=2024-01-02&addedTo=2024-01-01",
    "?fields=all",
    "?sort=year&from=s",
    "?sort=-rating&from=6",
    "?sort=added&from=2024-13",
    "?rating=six",
    "?rating=6",
    "?year=1e3",
    "?sort=isbn",
    "?limit=0",
    "?limit=201",
    "?limit=x",
  ])("rejects %s", async (query) => {
    const response = await reader.call("GET", query);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "INVALID_REQUEST" });
  });

  it.each([
    ["?status=read", "status.0", "want_to_read"],
    ["?format=scroll", "format.0", "audiobook"],
    ["?addedFrom=2024-01-02&addedTo=2024-01-01", "addedTo", "must not be before addedFrom"],
    ["?finishedFrom=2020", "finishedFrom", "YYYY-MM-DD"],
    ["?sort=year&from=s", "from", "must be a year"],
    ["?owned=maybe", "owned", "true or false"],
  ])("names what is wrong with %s, and what is right", async (query, path, text) => {
    const response = await reader.call("GET", query);
    const { issues } = await response.json<{ issues: { path: string; message: string }[] }>();
    expect(issues).toEqual([{ path, message: expect.stringContaining(text) }]);
  });

  it("continues from a position, and returns the number of books before it", async () => {
    const first = await reader.list("?sort=title&from=d&before=true&limit=2");
    expect(first).toMatchObject({ before: 2, total: 5, count: 2 });
    const next = await reader.list(
      `?sort=title&from=d&before=true&limit=2&cursor=${first.nextCursor}`,
    );
    expect(next.books.map(({ title }) => title)).toEqual(["Érase una vez"]);
    expect(next).not.toHaveProperty("before");
    expect(await reader.list("?sort=title&q=dune&from=dune%20m&before=true")).toMatchObject({
      before: 1,
      total: 2,
      count: 1,
    });
  });

  it("omits long fields with fields=compact, under another ETag", async () => {
    const other = await newReader();
    const { isbn } = await inCatalogue({ isbn: isbnOf(600), description: "A desert planet" });
    await other.add({ isbn });
    const [full, compact] = await Promise.all(
      ["", "?fields=compact"].map((query) => other.call("GET", query)),
    );
    const bookOf = async (response: Response | undefined): Promise<object> =>
      (await response?.json<{ data: { books: object[] } }>())?.data.books[0] ?? {};
    const { description, sources, extra, ...others } = {
      description: undefined,
      extra: undefined,
      ...((await bookOf(full)) as LibraryBook),
    };
    expect([description, sources.length, extra]).toEqual(["A desert planet", 1, undefined]);
    expect(await bookOf(compact)).toEqual(others);
    expect(compact?.headers.get("ETag")).not.toBe(full?.headers.get("ETag"));
  });

  it.each([
    "x",
    "",
    "l1.title.1.n",
    "l1.-added.1.tx",
    "l1.-added.1.s1e400",
    "l1.title.5.t~zz",
    "l1.-title.5.tdune",
  ])("rejects the cursor %j", async (cursor) => {
    const sort = cursor.includes("added") ? "-added" : "title";
    const response = await reader.call("GET", `?sort=${sort}&cursor=${encodeURIComponent(cursor)}`);
    expect([response.status, (await response.json<{ code: string }>()).code]).toEqual([
      400,
      "INVALID_CURSOR",
    ]);
  });

  it("answers 304 until something changes", async () => {
    const other = await newReader();
    await inCatalogue({ isbn: BOOKS[1]?.isbn ?? "", title: "Dune" });
    await other.add({ isbn: BOOKS[1]?.isbn });
    const etag = (await other.call("GET", "")).headers.get("ETag") ?? "";
    const ask = () => other.call("GET", "", undefined, { "If-None-Match": `"x", W/${etag}` });
    expect((await ask()).status).toBe(304);
    await other.call("PATCH", `/books/${BOOKS[1]?.isbn}`, { rating: 1 });
    expect((await ask()).status).toBe(200);
  });

  it("neither skips nor repeats books while others are added", async () => {
    const other = await newReader();
    const add = (title: string) => other.add({ title, authors: ["A"] });
    for (const title of ["b", "d", "f", "h"]) await add(title);
    const seen: LibraryBook[] = [];
    let cursor: string | undefined;
    do {
      const after: string = cursor === undefined ? "" : `&cursor=${cursor}`;
      const page = await other.list(`?sort=title&limit=2${after}`);
      seen.push(...page.books);
      cursor = page.nextCursor;
      if (cursor !== undefined) await Promise.all([add("a"), add("e")]);
    } while (cursor !== undefined);
    expect(seen.map(({ title }) => title)).toEqual(["b", "d", "e", "f", "h"]);
  });
});

describe("GET /v1/library/:userId/top-rated", () => {
  it("lists the best books of a year", async () => {
    const { books } = await reader.list("/top-rated?year=2001");
    expect(books.map(({ title }) => title)).toEqual(["Érase una vez"]);
    const response = await reader.call("GET", "/top-rated");
    expect(await response.json()).toMatchObject({
      data: { year: new Date().getUTCFullYear(), books: [], count: 0 },
    });
  });
});

describe("when a book of the catalogue changes", () => {
  it("is searched and sorted by its current data", async () => {
    const isbn = isbnOf(500);
    await inCatalogue({ isbn, title: "Working title" });
    const other = await newReader();
    await other.add({ isbn });
    await inCatalogue({ isbn, title: "Final title", publicationYear: 2020 });
    expect((await other.list("?q=final")).total).toBe(0);
    await refreshShelves(env.DB);
    expect((await other.list("?q=final&year=2020")).total).toBe(1);
    expect((await other.list("?q=working")).total).toBe(0);
    const left = await env.DB.prepare("SELECT * FROM ShelfRefreshes").all();
    expect(left.results).toEqual([]);
  });

  it("is found even if its row was inserted without keys", async () => {
    const other = await newReader();
    await env.DB.prepare("INSERT INTO UserLibrary (user_id, isbn, review) VALUES (?1, ?2, 'Ölig')")
      .bind(other.userId, BOOKS[0]?.isbn)
      .run();
    expect(await refreshShelves(env.DB)).toBeGreaterThan(0);
    expect((await other.list("?q=erase%20olig&year=2001")).total).toBe(1);
    expect(await refreshShelves(env.DB)).toBe(0);
  });

  it("confirms a book with the user's own details", async () => {
    const other = await newReader();
    const isbn = isbnOf(501);
    await other.add({ isbn: isbnOf(500), title: "ignored" });
    await env.DB.batch([
      env.DB.prepare(
        "INSERT INTO UserLibrary (user_id, isbn, sort_title) VALUES (?1, ?2, 'mine')",
      ).bind(other.userId, isbn),
      env.DB.prepare("INSERT INTO UserBooks VALUES (?1, ?2, ?3)").bind(
        other.userId,
        isbn,
        JSON.stringify({ title: "Mine", authors: [] }),
      ),
    ]);
    expect((await other.list("?sort=title")).books.at(-1)).toMatchObject({
      title: "Mine",
      confirmed: false,
    });
    await inCatalogue({ isbn, title: "Theirs" });
    await refreshShelves(env.DB);
    expect((await other.list("?q=theirs")).books).toMatchObject([
      { title: "Theirs", confirmed: true },
    ]);
  });
});
