import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Goal } from "../../contract/goals.ts";
import type { LibraryStats } from "../../contract/library-stats.ts";
import { presentGoal } from "../../src/library/domain/goals.ts";
import { bearer } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { newReader, type Reader } from "../support/library.ts";
import { runs } from "../support/properties.ts";

const goalOf = async (response: Response): Promise<Goal> => {
  if (response.status !== 200) throw new Error(await response.text());
  return (await response.json<{ data: { goal: Goal } }>()).data.goal;
};

const me = (reader: Reader, method = "GET", body?: object, headers: Record<string, string> = {}) =>
  call("/api/v2/users/me", {
    method,
    headers: { ...bearer(reader.token), "Content-Type": "application/json", ...headers },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });

const seqOf = (userId: string, table: "Goals" | "Settings") =>
  env.DB.prepare(
    `SELECT shelf.seq AS latest, row.seq FROM Shelves AS shelf JOIN ${table} AS row USING (user_id) WHERE user_id = ?1`,
  )
    .bind(userId)
    .first<{ latest: number; seq: number }>();

describe("goals", () => {
  it("count re-reads and finish dates with only a year, like statistics, filter and export", async () => {
    const reader = await newReader();
    await reader.add({
      title: "Read three times",
      pageCount: 100,
      readings: [{ finishedAt: "2024" }, { finishedAt: "2024-05" }, { finishedAt: "2024-12-31" }],
    });
    await reader.add({ title: "Read once", readings: [{ finishedAt: "2024-02-02" }] });
    await reader.add({ title: "Read later", readings: [{ finishedAt: "2025-01-01" }] });
    const goal = await goalOf(await reader.call("PUT", "/goals/2024", { books: 5, pages: 200 }));
    expect(goal).toEqual({
      year: 2024,
      target: { books: 5, pages: 200 },
      done: { books: 4, pages: 300, minutes: 0 },
      expected: { books: 5, pages: 200 },
      ahead: { books: -1, pages: 100 },
    });
    const stats = await reader.call("GET", "/stats?year=2024");
    const { data } = await stats.json<{ data: LibraryStats }>();
    expect(data.goal).toEqual(goal);
    expect(data.byYear.find(({ year }) => year === 2024)?.readings).toBe(goal.done.books);
    expect(data.period).toMatchObject({ books: 2, readings: goal.done.books, pages: 300 });
    expect((await reader.list("?finishedYear=2024")).total).toBe(data.period.books);
    const exported = await (await reader.call("GET", "/export?format=ndjson")).text();
    expect(exported.match(/"finishedAt":"2024/g)).toHaveLength(goal.done.books);
  });

  it("agree with statistics, filter, facets and export on any shelf", async () => {
    const date = fc.constantFrom("2023", "2023-12", "2023-12-31", "2024", "2024-01-01", "2024-12");
    const reading = fc.record({ startedAt: fc.constant("2022-06"), finishedAt: date });
    const book = fc.record({
      pageCount: fc.integer({ min: 1, max: 900 }),
      status: fc.constantFrom("reading", "completed"),
      readings: fc.array(reading, { maxLength: 4 }),
      isRemoved: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(book, { maxLength: 5 }), async (books) => {
        const reader = await newReader();
        for (const [at, { isRemoved, ...fields }] of books.entries()) {
          const { isbn } = await reader.add({ title: `Book ${at}`, ...fields });
          if (isRemoved) await reader.call("DELETE", `/books/${isbn}`);
        }
        const read = books
          .filter(({ isRemoved }) => !isRemoved)
          .map(({ pageCount, readings }) => ({
            pageCount,
            times: readings.filter(({ finishedAt }) => finishedAt.startsWith("2024")).length,
          }));
        const times = read.reduce((sum, one) => sum + one.times, 0);
        const pages = read.reduce((sum, one) => sum + one.times * one.pageCount, 0);
        const finished = read.filter((one) => one.times > 0).length;
        const goal = await goalOf(await reader.call("PUT", "/goals/2024", { books: 5, pages: 9 }));
        expect(goal.done).toEqual({ books: times, pages, minutes: 0 });
        const stats = await reader.call("GET", "/stats?year=2024");
        const { data } = await stats.json<{ data: LibraryStats }>();
        expect(data.goal).toEqual(goal);
        expect(data.period).toMatchObject({ books: finished, readings: times, pages });
        expect(data.byYear.find(({ year }) => year === 2024)?.readings ?? 0).toBe(times);
        for (const query of [
          "finishedYear=2024",
          "finishedFrom=2024-01-01&finishedTo=2024-12-31",
        ]) {
          expect((await reader.list(`?${query}`)).total).toBe(finished);
          const facets = await reader.call("GET", `/facets?${query}`);
          expect(await facets.json()).toMatchObject({ data: { total: finished } });
        }
        const exported = await (await reader.call("GET", "/export?format=ndjson")).text();
        expect(exported.match(/"finishedAt":"2024/g) ?? []).toHaveLength(times);
      }),
      { numRuns: runs(20) },
    );
  });

  it("are in the NDJSON export, with progress and settings", async () => {
    const reader = await newReader();
    const { isbn } = await reader.add({ title: "Read", status: "reading" });
    const at = "2026-01-01T00:00:00.000Z";
    const progress = { id: "one", page: 7, at, note: "n" };
    await reader.call("POST", `/books/${isbn}/progress`, progress);
    await reader.call("PUT", "/goals/2024", { books: 6 });
    await me(reader, "PATCH", { timeZone: "Asia/Tokyo" });
    const text = await (await reader.call("GET", "/export?format=ndjson")).text();
    const records = text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line) as object);
    expect(records.slice(1)).toEqual([
      {
        type: "progress",
        isbn,
        readingId: expect.any(String) as string,
        reading: { startedAt: "2026-01-01" },
        ...progress,
      },
      { type: "goal", year: 2024, books: 6 },
      { type: "setting", name: "timeZone", value: "Asia/Tokyo" },
    ]);
  });

  it("are replaced as a whole, listed newest first, and deleted", async () => {
    const reader = await newReader();
    await reader.call("PUT", "/goals/2023", { books: 5, minutes: 600 });
    await reader.call("PUT", "/goals/2024", { books: 6 });
    const again = await goalOf(await reader.call("PUT", "/goals/2023", { pages: 100 }));
    expect(again.target).toEqual({ pages: 100 });
    const list = await reader.call("GET", "/goals");
    const { data } = await list.json<{ data: { items: Goal[]; count: number } }>();
    expect(data.items.map(({ year }) => year)).toEqual([2024, 2023]);
    expect((await reader.call("DELETE", "/goals/2024")).status).toBe(204);
    expect((await reader.call("DELETE", "/goals/2024")).status).toBe(404);
    expect((await reader.call("GET", "/goals/2024")).status).toBe(404);
    expect((await goalOf(await reader.call("PUT", "/goals/2024", { books: 7 }))).target).toEqual({
      books: 7,
    });
  });

  it("carry the sequence number of their write, even when they are deleted", async () => {
    const reader = await newReader();
    await reader.call("PUT", "/goals/2024", { books: 6 });
    const written = await seqOf(reader.userId, "Goals");
    expect(written?.seq).toBe(written?.latest);
    await reader.call("DELETE", "/goals/2024");
    const deleted = await seqOf(reader.userId, "Goals");
    expect(deleted).toEqual({ latest: (written?.latest ?? 0) + 1, seq: deleted?.latest });
  });

  it("check If-Match and answer 304", async () => {
    const reader = await newReader();
    const first = await reader.call("PUT", "/goals/2024", { books: 6 });
    const etag = first.headers.get("ETag") ?? "";
    const seen = await reader.call("GET", "/goals/2024", undefined, { "If-None-Match": etag });
    expect(seen.status).toBe(304);
    const put = () => reader.call("PUT", "/goals/2024", { books: 7 }, { "If-Match": etag });
    expect((await put()).status).toBe(200);
    expect((await put()).status).toBe(412);
    const gone = { "If-Match": etag };
    expect((await reader.call("DELETE", "/goals/2024", undefined, gone)).status).toBe(412);
    expect((await reader.call("PUT", "/goals/2030", { books: 1 }, gone)).status).toBe(412);
  });

  it("refuse invalid goals", async () => {
    const reader = await newReader();
    for (const [path, body] of [
      ["/goals/2024", {}],
      ["/goals/2024", { books: 0 }],
      ["/goals/2024", { books: 1.5 }],
      ["/goals/24", { books: 1 }],
      ["/goals/1899", { books: 1 }],
    ] as const) {
      expect((await reader.call("PUT", path, body)).status).toBe(400);
    }
  });
});

describe("the expected progress of a goal by today", () => {
  const goal = { year: 2024, books: 366, version: 1 };
  const done = { books: 32, pages: 0, minutes: 0 };
  it.each([
    ["2023-12-31", 0],
    ["2024-01-01", 1],
    ["2024-02-01", 32],
    ["2024-12-31", 366],
    ["2025-01-01", 366],
  ])("on %s is %i of a book a day", (today, expected) => {
    expect(presentGoal(goal, done, today)).toMatchObject({
      expected: { books: expected },
      ahead: { books: 32 - expected },
    });
  });
});

describe("the account's settings", () => {
  it("have a time zone, UTC unless the user sets one", async () => {
    const reader = await newReader();
    const first = await me(reader);
    expect(await first.json()).toEqual({
      userId: reader.userId,
      createdAt: expect.stringMatching(/Z$/) as string,
      scopes: ["library:read", "library:write", "imports"],
      timeZone: "UTC",
    });
    const etag = first.headers.get("ETag") ?? "";
    expect((await me(reader, "GET", undefined, { "If-None-Match": etag })).status).toBe(304);
    const change = { timeZone: "Pacific/Kiritimati" };
    expect(await (await me(reader, "PATCH", change, { "If-Match": etag })).json()).toMatchObject(
      change,
    );
    expect((await me(reader, "PATCH", change, { "If-Match": etag })).status).toBe(412);
    expect(await (await me(reader)).json()).toMatchObject(change);
    const number = await seqOf(reader.userId, "Settings");
    expect(number?.seq).toBe(number?.latest);
    expect(await (await me(reader, "PATCH", { timeZone: null })).json()).toMatchObject({
      timeZone: "UTC",
    });
  });

  it("refuse invalid time zones", async () => {
    const reader = await newReader();
    for (const timeZone of ["Europe/Atlantis", "+02:00", "", "x".repeat(200), 3]) {
      const response = await me(reader, "PATCH", { timeZone });
      expect(response.status).toBe(400);
    }
    const unknown = await me(reader, "PATCH", { timeZone: "Europe/Atlantis" });
    expect(await unknown.json()).toMatchObject({
      issues: [{ path: "timeZone", message: expect.stringContaining("Europe/Berlin") as string }],
    });
    expect((await me(reader, "PATCH", {})).status).toBe(400);
    expect((await call("/api/v2/users/me")).status).toBe(401);
  });

  it("shift the days of progress, of new readings and of the statistics", async () => {
    const reader = await newReader();
    const { isbn } = await reader.add({ title: "Late", pageCount: 100 });
    const at = "2026-03-01T20:00:00Z";
    await reader.call("POST", `/books/${isbn}/progress`, { page: 10, at });
    const days = async () => {
      const stats = await reader.call("GET", "/stats?from=2026-03-01&to=2026-03-31");
      const { data } = await stats.json<{ data: LibraryStats }>();
      return data.period.progress.byDay.map(({ date }) => date);
    };
    expect(await days()).toEqual(["2026-03-01"]);
    await me(reader, "PATCH", { timeZone: "Asia/Tokyo" });
    expect(await days()).toEqual(["2026-03-02"]);
    const other = await reader.add({ title: "Later" });
    const path = `/books/${other.isbn}/progress`;
    const recorded = await reader.call("POST", path, { minutes: 5, at });
    expect(await recorded.json()).toMatchObject({
      data: { book: { readings: [{ startedAt: "2026-03-02" }] } },
    });
  });
});
