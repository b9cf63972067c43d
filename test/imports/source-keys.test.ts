import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { importTasks } from "../../src/imports/module.ts";
import { reason } from "../../src/imports/domain/job/reasons.ts";
import type { ParsedEntry } from "../../src/library/domain/merge-entry.ts";
import { imported, reviewsOf, rowsOf, shelfOf, undone, type FileRow } from "../support/imports.ts";
import { isbnOf, newReader } from "../support/library.ts";

/** A row of a Goodreads file without an ISBN. */
const goodreads = (id: string, averageRating: string): FileRow => ({
  title: "The Hobbit",
  authors: ["J.R.R. Tolkien"],
  cells: { "Book Id": id, "Average Rating": averageRating },
});

const keysOf = async (userId: string) =>
  (await reviewsOf(userId)).map(({ source_key: key, state }) => [key, state]);

describe("a waiting row", () => {
  it("is queued once even if next month's file has it with another value", async () => {
    const { userId } = await newReader();
    const format = "goodreads";
    await imported({ userId, format, rows: [goodreads("5907", "4.27")] });
    const { jobId } = await imported({ userId, format, rows: [goodreads("5907", "4.28")] });
    expect(await keysOf(userId)).toEqual([["goodreads:5907", "open"]]);
    expect(await rowsOf(jobId)).toMatchObject([{ outcome: "needsReview" }]);
  });

  it("stays settled even if next month's file has it with another value", async () => {
    const { userId } = await newReader();
    const rows = (pages: string): FileRow[] => [{ title: "Emma", cells: { Pages: pages } }];
    await imported({ userId, rows: rows("400") });
    await env.DB.prepare("UPDATE ReviewQueue SET state = 'dismissed' WHERE user_id = ?1")
      .bind(userId)
      .run();
    const { outcomes } = await imported({ userId, rows: rows("401") });
    expect(outcomes).toMatchObject({ unchanged: 1, needsReview: 0 });
    expect(await keysOf(userId)).toEqual([
      [expect.stringMatching(/^text:[0-9a-f]{32}$/), "dismissed"],
    ]);
  });

  it("is not lost to another row of its file with the same title and author", async () => {
    const { userId } = await newReader();
    const rows: FileRow[] = [
      { title: "Emma", authors: ["Jane Austen"], cells: { Year: "1815" } },
      { title: "EMMA", authors: ["Jane Austen"], cells: { Year: "1996" } },
      { cells: { Review: "No title" } },
    ];
    const { jobId } = await imported({ userId, rows, chunk: 1 });
    expect(await keysOf(userId)).toEqual([
      [expect.stringMatching(/^text:/), "open"],
      [`twin:${jobId}-000003`, "open"],
      [`twin:${jobId}-000004`, "open"],
    ]);
    const again = await imported({ userId, rows });
    expect(again.outcomes).toMatchObject({ needsReview: 3 });
    expect(await reviewsOf(userId)).toHaveLength(3);
  });

  it("of another user has a different key", async () => {
    const [one, other] = [await newReader(), await newReader()];
    for (const { userId } of [one, other]) {
      await imported({ userId, format: "goodreads", rows: [goodreads("1", "3")] });
      expect(await keysOf(userId)).toEqual([["goodreads:1", "open"]]);
    }
  });
});

describe("key_review_queue", () => {
  // Other test files leave rows without keys.
  beforeEach(() => env.DB.prepare("DELETE FROM ReviewQueue WHERE source_key IS NULL").run());

  const run = importTasks({ env, newId: () => crypto.randomUUID(), now: Date.now })[
    "key_review_queue"
  ];

  it("keys rows of earlier releases like new ones, and distinguishes equal ones", async () => {
    const { userId } = await newReader();
    const rows = [goodreads("7", "4.1"), goodreads("7", "4.2"), { cells: { Review: "No title" } }];
    await imported({ userId, format: "goodreads", rows });
    const before = await keysOf(userId);
    await env.DB.prepare("UPDATE ReviewQueue SET source_key = NULL WHERE user_id = ?1")
      .bind(userId)
      .run();
    expect(await run?.()).toBe(3);
    expect(await keysOf(userId)).toEqual(before);
    expect(await run?.()).toBe(0);
  });

  it("does not move a key to another row", async () => {
    const { userId } = await newReader();
    await imported({ userId, format: "goodreads", rows: [goodreads("8", "4.1")] });
    await env.DB.prepare(
      `INSERT INTO ReviewQueue (id, user_id, row_hash, job_id, row, title, raw, reason, created_at)
       SELECT 'unkeyed-' || id, user_id, 'another', job_id, 3, title, raw, reason, created_at
       FROM ReviewQueue WHERE user_id = ?1`,
    )
      .bind(userId)
      .run();
    expect(await run?.()).toBe(1);
    expect((await keysOf(userId)).map(([key]) => String(key).split(":")[0])).toEqual([
      "goodreads",
      "twin",
    ]);
  });
});

/** Next month's rows of the same book, with changes. */
const month = (entry: ParsedEntry, averageRating: string): FileRow[] => [
  { ...goodreads("5907", averageRating), entry },
];
const settle = (userId: string, isbn: string) =>
  env.DB.prepare(
    "UPDATE ReviewQueue SET state = 'resolved', shelved_as = ?2, settled_at = 1 WHERE user_id = ?1",
  )
    .bind(userId, isbn)
    .run();
const entriesOf = async (userId: string): Promise<object[]> =>
  (await reviewsOf(userId)).map(({ entry }) => JSON.parse(String(entry)) as object);

describe("a row that the user has settled with an edition", () => {
  const format = "goodreads";

  it("updates that edition next month, and can be undone without being queued again", async () => {
    const { userId } = await newReader();
    const isbn = isbnOf(1);
    await imported({ userId, format, rows: month({ status: "want_to_read" }, "4.27") });
    await settle(userId, isbn);
    await imported({ userId, format, rows: [{ isbn, entry: { status: "want_to_read" } }] });
    const rows = month({ status: "completed", readings: [{ finishedAt: "2024-02-02" }] }, "4.28");
    const { jobId, outcomes } = await imported({ userId, format, rows });
    expect(outcomes).toMatchObject({ updated: 1, needsReview: 0 });
    expect(await rowsOf(jobId)).toMatchObject([{ isbn, outcome: "updated", reason: null }]);
    expect(await shelfOf(userId)).toMatchObject([{ isbn, status: "completed" }]);
    expect((await imported({ userId, format, rows })).outcomes).toMatchObject({ unchanged: 1 });
    await undone(userId, jobId);
    expect(await shelfOf(userId)).toMatchObject([{ isbn, status: "want_to_read" }]);
    expect(await keysOf(userId)).toEqual([["goodreads:5907", "resolved"]]);
  });

  it("follows the file of another service too", async () => {
    const { userId } = await newReader();
    await imported({ userId, format, rows: month({}, "4.27") });
    await settle(userId, isbnOf(1));
    await imported({ userId, format, rows: [{ isbn: isbnOf(1) }] });
    const row = { title: "the hobbit", authors: ["J.R.R. TOLKIEN"], entry: { rating: 4 } };
    const { outcomes } = await imported({ userId, format: "storygraph", rows: [row] });
    expect(outcomes).toMatchObject({ updated: 1, needsReview: 0 });
    expect(await shelfOf(userId)).toMatchObject([{ isbn: isbnOf(1), rating: 4 }]);
  });

  it("is not shelved again once the user has removed the book", async () => {
    const { userId } = await newReader();
    await imported({ userId, format, rows: month({}, "4.27") });
    await settle(userId, isbnOf(1));
    const { outcomes } = await imported({ userId, format, rows: month({}, "4.28") });
    expect(outcomes).toMatchObject({ unchanged: 1, created: 0, needsReview: 0 });
    expect(await shelfOf(userId)).toEqual([]);
  });
});

describe("a row in the review queue", () => {
  const format = "goodreads";

  it("gets new values of next month's file, keeps values that the file no longer has, and can be undone", async () => {
    const { userId } = await newReader();
    const first: ParsedEntry = {
      status: "completed",
      rating: 3,
      notes: "n",
      readings: [{ finishedAt: "2021-03-20" }],
    };
    const second: ParsedEntry = {
      status: "completed",
      rating: 5,
      readings: [{ finishedAt: "2024-05-05" }, {}],
    };
    await imported({ userId, format, rows: month(first, "4.27") });
    const rows = month(second, "4.28");
    const { jobId } = await imported({ userId, format, rows });
    const both = {
      status: "completed",
      rating: 5,
      notes: "n",
      tags: [],
      readings: [first.readings?.[0], second.readings?.[0]],
    };
    expect(await entriesOf(userId)).toEqual([both]);
    await imported({ userId, format, rows });
    expect(await entriesOf(userId)).toEqual([both]);
    await undone(userId, jobId);
    expect(await entriesOf(userId)).toEqual([first]);
    expect(await keysOf(userId)).toEqual([["goodreads:5907", "open"]]);
  });

  it("gets only missing values from another service, and is not queued twice", async () => {
    const { userId } = await newReader();
    await imported({
      userId,
      format,
      rows: month({ rating: 3, readings: [{ finishedAt: "2021-03-20" }] }, "4.27"),
    });
    const entry = {
      rating: 4.5,
      review: "Good.",
      readings: [{ startedAt: "2021-03-01", finishedAt: "2021-03-20" }],
    };
    const row = {
      title: "The Hobbit",
      authors: ["J.R.R. Tolkien"],
      cells: { "ISBN/UID": "u1" },
      entry,
    };
    for (let time = 0; time < 2; time += 1) {
      const { outcomes } = await imported({ userId, format: "storygraph", rows: [row] });
      expect(outcomes).toMatchObject({ needsReview: 1 });
    }
    expect(await entriesOf(userId)).toEqual([
      { rating: 3, review: "Good.", tags: [], readings: entry.readings },
    ]);
    // Within one service, equal titles with different ids are different rows.
    await imported({ userId, format, rows: [goodreads("77", "3")] });
    expect(await reviewsOf(userId)).toHaveLength(2);
  });
});

describe("withoutIsbn: shelve", () => {
  it("shelves rows with a title immediately, and settles the waiting row", async () => {
    const { userId } = await newReader();
    const rows: FileRow[] = [
      { title: "Zine 4", authors: ["Ann"], entry: { rating: 3 } },
      { cells: { Review: "No title" } },
    ];
    await imported({ userId, rows });
    const { jobId, outcomes } = await imported({ userId, rows, withoutIsbn: "shelve" });
    expect(outcomes).toMatchObject({ created: 1, needsReview: 1 });
    expect((await reviewsOf(userId)).map(({ state }) => state)).toEqual(["resolved", "open"]);
    expect(await shelfOf(userId)).toMatchObject([{ rating: 3 }]);
    const again = [{ title: "Zine 4", authors: ["Ann"], entry: { rating: 4 } }];
    expect((await imported({ userId, rows: again })).outcomes).toMatchObject({ updated: 1 });
    await undone(userId, jobId);
    expect(await shelfOf(userId)).toMatchObject([{ rating: 4 }]);
  });

  it("leaves damaged numbers in review", async () => {
    const { userId } = await newReader();
    const rows = [{ title: "Zine 4", why: reason("ISBN_INVALID") }];
    const { outcomes } = await imported({ userId, rows, withoutIsbn: "shelve" });
    expect(outcomes).toMatchObject({ created: 0, needsReview: 1 });
  });
});
