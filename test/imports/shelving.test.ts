import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { reason } from "../../src/imports/domain/job/reasons.ts";
import type { ParsedEntry } from "../../src/library/domain/merge-entry.ts";
import {
  ended,
  eventsOf,
  imported,
  reviewsOf,
  rowsOf,
  shelfOf,
  staged,
} from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader } from "../support/library.ts";

describe("shelving", () => {
  it("gives every row of a file its outcome and counts it once", async () => {
    const { userId } = await newReader();
    const known = await inCatalogue({ isbn: isbnOf(1), title: "Known", authors: ["K"] });
    const job = await imported({
      userId,
      rows: [
        {
          isbn: known.isbn,
          title: "As the file has it",
          entry: {
            status: "completed",
            rating: 4.5,
            tags: ["SF"],
            readings: [{ finishedAt: "2020" }],
          },
          addedAt: 1000,
        },
        { isbn: isbnOf(2), title: "Unknown", authors: ["U"], entry: { review: "Good." } },
        { title: "No ISBN", authors: ["N"], entry: { rating: 3 } },
        { invalid: reason("EMPTY_ROW") },
        { isbn: known.isbn, entry: { notes: "mine" } },
        { isbn: known.isbn, entry: { notes: "other" } },
      ],
    });
    expect(job).toMatchObject({
      state: "completed",
      progress: 1,
      outcomes: { created: 2, updated: 1, unchanged: 1, needsReview: 1, invalid: 1 },
      enrichment: { done: 1, pending: 0, notFound: 0, deferred: 0 },
    });
    expect(await shelfOf(userId)).toMatchObject([
      {
        isbn: known.isbn,
        status: "completed",
        rating: 4.5,
        notes: "mine",
        added_at: 1000,
        source: job.jobId,
        sort_title: "known",
        own: null,
        tags: '[["SF","sf"]]',
        readings: '[[null,"2020"]]',
      },
      {
        isbn: isbnOf(2),
        review: "Good.",
        sort_title: "unknown",
        own: expect.stringContaining("U"),
      },
    ]);
    expect(await reviewsOf(userId)).toMatchObject([
      {
        job_id: job.jobId,
        row: 4,
        title: "No ISBN",
        authors: '["N"]',
        state: "open",
        entry: '{"rating":3}',
        reason: JSON.stringify(reason("NO_ISBN")),
      },
    ]);
    const rows = await rowsOf(job.jobId);
    expect(rows.map(({ outcome }) => outcome)).toEqual([
      "created",
      "created",
      "needsReview",
      "invalid",
      "updated",
      "unchanged",
    ]);
    expect(rows.map(({ raw }) => raw !== null)).toEqual([false, false, true, true, false, false]);
    const events = await eventsOf(job.jobId);
    expect(events.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(events.at(-1)).toMatchObject({ type: "completed", attempt: 1 });
    const { results } = await env.DB.prepare("SELECT isbn FROM Books WHERE isbn = ?1")
      .bind(isbnOf(2))
      .all();
    expect(results).toEqual([]);
  });

  it("matches a row without an ISBN only to the same book without an ISBN on the shelf", async () => {
    const user = await newReader();
    const own = await user.add({ title: "Zine", authors: ["Z"], notes: "mine" });
    const rows = [
      { title: "Zine", authors: ["Z"], entry: { rating: 4 } },
      { title: "Zine", authors: ["Z"], entry: { rating: 4, notes: "theirs" } },
      { title: "Zine", authors: ["Another"] },
      { isbn: "local-given-back", title: "Ours", entry: { rating: 2 } },
    ];
    const preview = await imported({ userId: user.userId, rows, dryRun: true, chunk: 1 });
    const job = await imported({ userId: user.userId, rows, chunk: 1, enrich: false });
    expect(job.outcomes).toEqual({
      created: 1,
      updated: 1,
      unchanged: 1,
      needsReview: 1,
      invalid: 0,
    });
    expect(preview.outcomes).toEqual(job.outcomes);
    expect((await rowsOf(job.jobId)).map(({ isbn }) => isbn)).toEqual([
      own.isbn,
      own.isbn,
      null,
      "local-given-back",
    ]);
    expect(await shelfOf(user.userId)).toMatchObject([
      { isbn: own.isbn, rating: 4, notes: "mine", source: null },
      { isbn: "local-given-back", rating: 2, source: job.jobId, sort_title: "ours" },
    ]);
  });

  it("follows next month's file, and notes the values that it did not use", async () => {
    const { userId } = await newReader();
    const isbn = isbnOf(1);
    const month = (entry: ParsedEntry[], format = "storygraph") =>
      imported({
        userId,
        format,
        rows: entry.map((one) => ({ isbn, title: "One", entry: one })),
        chunk: 1,
      });
    await month([{ status: "reading", rating: 4, readings: [{ startedAt: "2024-01-01" }] }]);
    const readings = [{ startedAt: "2024-01-01", finishedAt: "2024-02-02" }];
    const second = await month([{ status: "completed", rating: 4.5, readings }]);
    expect(second.outcomes).toMatchObject({ updated: 1 });
    const log: ParsedEntry[] = [
      { rating: 2, readings: [{ finishedAt: "2015-01-20" }] },
      { rating: 5, readings: [{ finishedAt: "2024-02-02" }] },
    ];
    const other = await month(log, "goodreads");
    expect(other.outcomes).toMatchObject({ updated: 1, unchanged: 1 });
    expect((await rowsOf(other.jobId)).map(({ notes }) => JSON.parse(String(notes)))).toMatchObject(
      [[{ code: "KEPT_YOURS" }], [{ code: "KEPT_YOURS" }]],
    );
    expect((await month(log, "goodreads")).outcomes).toMatchObject({ unchanged: 2 });
    expect(await shelfOf(userId)).toMatchObject([
      {
        status: "completed",
        rating: 4.5,
        readings: '[["2024-01-01","2024-02-02"],[null,"2015-01-20"]]',
      },
    ]);
  });

  it("enriches a book once, on its first row, unless the catalogue has it", async () => {
    const { userId } = await newReader();
    const known = await inCatalogue({ isbn: isbnOf(10), title: "Known" });
    const job = await ended(
      await staged({
        userId,
        chunk: 2,
        enrich: true,
        rows: [known.isbn, isbnOf(11), isbnOf(11), known.isbn, isbnOf(12), isbnOf(11)].map(
          (isbn, index) => ({ isbn, title: "T", hash: `${index}` }),
        ),
      }),
      ({ phase }) => phase === "enriching",
    );
    expect(job.enrichment).toEqual({ done: 1, pending: 2, notFound: 0, deferred: 0 });
    expect((await rowsOf(job.jobId)).map(({ enrichment }) => enrichment)).toEqual([
      "done",
      "pending",
      null,
      null,
      "pending",
      null,
    ]);
  });

  it("preserves the user's description of a book unless the mode is overwrite", async () => {
    const user = await newReader();
    const isbn = isbnOf(13);
    const words = (title: string) => ({ isbn, title, book: { publisher: `P of ${title}` } });
    const ownOf = async () =>
      (await shelfOf(user.userId)).map((entry) => JSON.parse((entry as { own: string }).own));
    await imported({ userId: user.userId, rows: [words("First")] });
    const merged = await imported({ userId: user.userId, rows: [words("Second")] });
    expect(merged.outcomes).toMatchObject({ unchanged: 1 });
    expect(await ownOf()).toMatchObject([{ title: "First", publisher: "P of First" }]);
    const written = await imported({
      userId: user.userId,
      rows: [words("Second")],
      mode: "overwrite",
    });
    expect(written.outcomes).toMatchObject({ updated: 1 });
    expect(await ownOf()).toMatchObject([{ title: "Second", publisher: "P of Second" }]);
    expect(await shelfOf(user.userId)).toMatchObject([{ sort_title: "second" }]);
  });

  it("does not requeue a row that the user has settled or that is still in review", async () => {
    const user = await newReader();
    const rows = ["kept", "dismissed", "waits"].map((title) => ({ title, hash: title }));
    const first = await imported({ userId: user.userId, rows });
    const [kept, dismissed] = await reviewsOf(user.userId);
    await user.call("POST", `/review-queue/${String(kept?.["id"])}/resolve`, { keep: true });
    await user.call("DELETE", `/review-queue/${String(dismissed?.["id"])}`);
    const again = await imported({ userId: user.userId, rows });
    expect(again.outcomes).toMatchObject({ unchanged: 2, needsReview: 1 });
    expect(await reviewsOf(user.userId)).toMatchObject([
      { job_id: first.jobId, state: "resolved" },
      { job_id: first.jobId, state: "dismissed" },
      { job_id: first.jobId, state: "open" },
    ]);
  });
});
