import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { importTasks } from "../../src/imports/module.ts";
import { imported, reviewsOf, rowsOf, type FileRow } from "../support/imports.ts";
import { newReader } from "../support/library.ts";

/** A row of a Goodreads file without an ISBN. */
const goodreads = (id: string, averageRating: string): FileRow => ({
  title: "The Hobbit",
  authors: ["J.R.R. Tolkien"],
  cells: { "Book Id": id, "Average Rating": averageRating },
});

const keysOf = async (userId: string) =>
  (await reviewsOf(userId)).map(({ source_key: key, state }) => [key, state]);

describe("a waiting row", () => {
  it("waits once when next month's file has it with another value", async () => {
    const { userId } = await newReader();
    const format = "goodreads";
    await imported({ userId, format, rows: [goodreads("5907", "4.27")] });
    const { jobId } = await imported({ userId, format, rows: [goodreads("5907", "4.28")] });
    expect(await keysOf(userId)).toEqual([["goodreads:5907", "open"]]);
    expect(await rowsOf(jobId)).toMatchObject([{ outcome: "needsReview" }]);
  });

  it("stays settled when next month's file has it with another value", async () => {
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

  it("of another user has a key of its own", async () => {
    const [one, other] = [await newReader(), await newReader()];
    for (const { userId } of [one, other]) {
      await imported({ userId, format: "goodreads", rows: [goodreads("1", "3")] });
      expect(await keysOf(userId)).toEqual([["goodreads:1", "open"]]);
    }
  });
});

describe("key_review_queue", () => {
  // Other files of tests leave rows without keys.
  beforeEach(() => env.DB.prepare("DELETE FROM ReviewQueue WHERE source_key IS NULL").run());

  const run = importTasks({ env, newId: () => crypto.randomUUID(), now: Date.now })[
    "key_review_queue"
  ];

  it("keys the rows of earlier releases as new ones are keyed, twins apart", async () => {
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

  it("leaves the key with the row that has it", async () => {
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
