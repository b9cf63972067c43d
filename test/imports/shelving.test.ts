import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { reason } from "../../src/domain/imports/reasons.ts";
import { eventsOf, imported, reviewsOf, rowsOf, shelfOf } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader } from "../support/library.ts";

describe("shelving", () => {
  it("puts every row of a file where it belongs, and counts it once", async () => {
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
});
