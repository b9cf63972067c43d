import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { LibraryFacets } from "../../contract/library-facets.ts";
import { bearer } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";

let reader: Reader;

const facetsOf = async (of: Reader, query = ""): Promise<LibraryFacets> => {
  const response = await of.call("GET", `/facets${query}`);
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json<{ data: LibraryFacets }>()).data;
};

/** The filter of the list for each facet. */
const FILTERS = {
  tags: "tag",
  authors: "author",
  series: "series",
  languages: "language",
  formats: "format",
  years: "year",
  statuses: "status",
} as const;
const FACETS = Object.keys(FILTERS) as (keyof typeof FILTERS)[];

const BOOKS = [
  {
    book: { authors: ["Frank Herbert"], language: "en", series: [{ name: "Dune" }] },
    entry: { status: "completed", tags: ["Sand"], format: "ebook", rating: 5 },
  },
  {
    book: { authors: ["FRANK HERBERT", "Zoë"], language: "en", series: [{ name: "DUNE" }] },
    entry: { status: "reading", tags: ["sand", "Sea"], format: "paperback" },
  },
  {
    book: { authors: ["Zoe"], language: "de" },
    entry: { status: "completed", ownSeries: [{ name: "Cycle", position: "2" }], rating: 2 },
  },
  { book: { authors: ["Bo"], language: "de" }, entry: { tags: ["Sea"], ownSeries: [] } },
];

beforeAll(async () => {
  reader = await newReader();
  for (const [index, { book, entry }] of BOOKS.entries()) {
    const { isbn } = await inCatalogue({ isbn: isbnOf(800 + index), ...book });
    await reader.add({ isbn, ...entry });
  }
  await reader.add({ title: "Mine", authors: ["zoe"], language: "fr", status: "paused" });
  const other = await newReader();
  await other.add({ isbn: isbnOf(800), tags: ["Theirs"] });
});

describe("GET /v1/library/:userId/facets", () => {
  it("counts books by value regardless of spelling, and books without a value", async () => {
    expect(await facetsOf(reader)).toMatchObject({
      total: 5,
      tags: [
        { value: "Sand", count: 2 },
        { value: "Sea", count: 2 },
      ],
      authors: [
        { value: "Zoe", count: 3 },
        { value: "FRANK HERBERT", count: 2 },
        { value: "Bo", count: 1 },
      ],
      series: [
        { value: "DUNE", count: 2 },
        { value: "Cycle", count: 1 },
      ],
      languages: [
        { value: "de", count: 2 },
        { value: "en", count: 2 },
        { value: "fr", count: 1 },
      ],
      without: { tags: 2, authors: 0, series: 2, languages: 0, formats: 3, statuses: 0 },
      more: { tags: 0, authors: 0 },
    });
  });

  it.each(["", "?status=completed&status=none", "?author=zoe", "?series=dune&q=sand", "?rating=3"])(
    "agrees with the totals of the list: %j",
    async (query) => {
      const facets = await facetsOf(reader, query);
      expect(facets.total).toBe((await reader.list(query)).total);
      // A filter of the query would be repeated or replaced.
      const others = FACETS.filter((facet) => !query.includes(`${FILTERS[facet]}=`));
      for (const facet of others) {
        for (const { value, count } of facets[facet]) {
          const filter = `${FILTERS[facet]}=${encodeURIComponent(value)}`;
          const { total } = await reader.list(`${query === "" ? "?" : `${query}&`}${filter}`);
          expect([facet, value, total]).toEqual([facet, value, count]);
        }
      }
    },
  );

  it("lists at most `limit` values of each facet, and counts the others", async () => {
    const facets = await facetsOf(reader, "?limit=1");
    expect(facets.authors).toEqual([{ value: "Zoe", count: 3 }]);
    expect(facets.more).toMatchObject({ authors: 2, tags: 1, languages: 2 });
    for (const limit of ["0", "1001", "x"]) {
      expect((await reader.call("GET", `/facets?limit=${limit}`)).status).toBe(400);
    }
  });

  it("answers 304 until the user writes, per filter", async () => {
    const other = await newReader();
    const { isbn } = await other.add({ title: "T", authors: ["A"], tags: ["one"] });
    const first = await other.call("GET", "/facets");
    const etag = first.headers.get("ETag") ?? "";
    const ask = (query: string) =>
      other.call("GET", `/facets${query}`, undefined, { "If-None-Match": etag });
    expect((await ask("")).status).toBe(304);
    expect((await ask("?tag=one")).status).toBe(200);
    await other.call("PATCH", `/books/${isbn}`, { tags: ["two"] });
    expect((await ask("")).status).toBe(200);
    expect((await facetsOf(other)).tags).toEqual([{ value: "two", count: 1 }]);
    await other.call("DELETE", `/books/${isbn}`);
    expect(await facetsOf(other)).toMatchObject({ total: 0, tags: [], without: { tags: 0 } });
  });

  it("is available only to the owner", async () => {
    const other = await newReader();
    const answers = await Promise.all(
      [bearer(other.token), {}].map((headers) =>
        call(`/v1/library/${reader.userId}/facets`, { headers }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual([403, 401]);
  });

  it("keeps no counts of a slice that was split or written", async () => {
    const kept = () =>
      env.DB.prepare(
        "SELECT count(*) AS n FROM ShelfSlices WHERE user_id = ?1 AND facets IS NOT NULL",
      )
        .bind(reader.userId)
        .first("n");
    await facetsOf(reader);
    expect(await kept()).toBe(1);
    await env.DB.prepare("INSERT INTO ShelfSlices (user_id, from_isbn, due) SELECT ?1, ?2, 1")
      .bind(reader.userId, isbnOf(802))
      .run();
    expect(await kept()).toBe(0);
    expect((await facetsOf(reader)).total).toBe(5);
    expect(await kept()).toBe(2);
    await reader.call("PATCH", `/books/${isbnOf(803)}`, { status: "reading" });
    expect(await kept()).toBe(1);
    const { statuses } = await facetsOf(reader);
    expect(statuses).toContainEqual({ value: "reading", count: 2 });
  });
});
