import { beforeAll, describe, expect, it } from "vitest";
import type { LibraryStats } from "../../contract/library-stats.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";

let reader: Reader;

const statsOf = async (of: Reader, query = ""): Promise<LibraryStats> => {
  const response = await of.call("GET", `/stats${query}`);
  expect(response.status).toBe(200);
  return (await response.json<{ data: LibraryStats }>()).data;
};

beforeAll(async () => {
  reader = await newReader();
  const books = [
    { authors: ["Ann", "Bea"], pageCount: 100, language: "en", categories: ["Fiction"] },
    { authors: ["Ann", "Ann"], pageCount: 200, language: "de", categories: ["Fiction", "Sea"] },
    { authors: ["Cid"], pageCount: 50, language: "en", categories: [] },
  ];
  for (const [index, book] of books.entries())
    await inCatalogue({ isbn: isbnOf(index + 1), ...book });
  await reader.add({
    isbn: isbnOf(1),
    status: "completed",
    rating: 4.5,
    readings: [
      { finishedAt: "2023-05-01" },
      { finishedAt: "2023-05-30" },
      { finishedAt: "2022" },
      { startedAt: "2024-01-01" },
    ],
  });
  await reader.add({
    isbn: isbnOf(2),
    status: "reading",
    rating: 4.5,
    readings: [{ startedAt: "2024" }],
  });
  await reader.add({
    isbn: isbnOf(3),
    status: "completed",
    readings: [{ finishedAt: "2023-12" }, {}],
  });
  await reader.add({
    title: "Own",
    authors: ["Ann"],
    pageCount: 10,
    status: "completed",
    rating: 1,
  });
  await reader.add({ title: "Bare", status: "abandoned" });
  const other = await newReader();
  await other.add({
    isbn: isbnOf(1),
    status: "completed",
    rating: 5,
    readings: [{ finishedAt: "2023-05-01" }],
  });
});

describe("GET /v1/library/:userId/stats", () => {
  it("counts re-reads, partial dates, unrated books and the user's own books", async () => {
    const { byMonth, ...stats } = await statsOf(reader, "?year=2023");
    expect(stats).toEqual({
      books: 5,
      byStatus: { want_to_read: 0, reading: 1, completed: 3, paused: 0, abandoned: 1, none: 0 },
      ratings: [
        { rating: 1, count: 1 },
        { rating: 4.5, count: 2 },
      ],
      averageRating: 3.33,
      readings: 3 + 2 + 1,
      pages: 3 * 100 + 2 * 50 + 10,
      year: 2023,
      byYear: [
        { year: 2022, books: 1, readings: 1, pages: 100 },
        { year: 2023, books: 2, readings: 3, pages: 250 },
      ],
      topAuthors: [
        { name: "Ann", books: 3 },
        { name: "Bea", books: 1 },
        { name: "Cid", books: 1 },
      ],
      categories: [
        { name: "Fiction", books: 2 },
        { name: "Sea", books: 1 },
      ],
      languages: [
        { language: "en", books: 2 },
        { language: "de", books: 1 },
      ],
      decades: [
        { decade: 1990, books: 3 },
        { decade: null, books: 2 },
      ],
      formats: [{ format: "none", books: 5 }],
      series: [],
      tags: [],
      timeZone: "UTC",
      streak: { current: 0, longest: 0 },
      period: {
        from: "2023-01-01",
        to: "2023-12-31",
        books: 2,
        readings: 3,
        pages: 250,
        longest: { isbn: isbnOf(1), title: "Dune", pageCount: 100 },
        shortest: { isbn: isbnOf(3), title: "Dune", pageCount: 50 },
        progress: { days: 0, pages: 0, minutes: 0, pagesPerDay: 0, byDay: [] },
      },
    });
    expect(byMonth).toHaveLength(12);
    expect(byMonth.filter(({ readings }) => readings > 0)).toEqual([
      { month: 5, books: 1, readings: 2, pages: 200 },
      { month: 12, books: 1, readings: 1, pages: 50 },
    ]);
  });

  it("omits a reading with only a year from the months", async () => {
    const { byMonth } = await statsOf(reader, "?year=2022");
    expect(byMonth.every(({ readings }) => readings === 0)).toBe(true);
  });

  it("returns zeros for an empty shelf", async () => {
    const stats = await statsOf(await newReader());
    expect(stats).toMatchObject({ books: 0, readings: 0, pages: 0, ratings: [], byYear: [] });
    expect(stats.year).toBe(new Date().getUTCFullYear());
    expect(stats).not.toHaveProperty("averageRating");
  });
});
