import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { editionSources } from "../../src/imports/domain/match/edition-sources.ts";
import { matchRows } from "../../src/imports/domain/enrich/match-rows.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { d1WaitingRows } from "../../src/imports/storage/matching.ts";
import { d1BookSearch } from "../../src/catalogue/storage/search.ts";
import { memoryLog } from "../support/fakes.ts";
import { ended, reviewsOf, rowsOf, shelfOf, staged, undone } from "../support/imports.ts";
import { inCatalogue, newReader } from "../support/library.ts";

const newId = (): string => crypto.randomUUID();
const ROW = { title: "The Hobbit", authors: ["J.R.R. Tolkien"], entry: { rating: 4 }, hash: "row" };

/** Matches a job's rows with the catalogue only. */
async function matched(jobId: string): Promise<void> {
  await matchRows(
    jobId,
    {
      rows: d1WaitingRows(env.DB, newId, memoryLog()),
      editions: (payer) =>
        editionSources({ catalogue: d1BookSearch(env.DB, memoryLog()), providers: [] }, payer),
      resolve: async () => ({ kind: "absent", providersChecked: [] }),
      renew: async () => true,
      setTimer: () => () => undefined,
      pause: async () => {},
      now: () => Date.now(),
      newId,
    },
    async () => {},
  );
}

const enriching = (job: { phase: string }): boolean => job.phase === "enriching";

it("removes the settled review item, so that the row can be imported again", async () => {
  const { userId } = await newReader();
  await inCatalogue({ isbn: "9780261102217", title: "The Hobbit", authors: ["J.R.R. Tolkien"] });
  for (const round of ["first", "again"]) {
    const jobId = await staged({ userId, rows: [ROW], enrich: true, jobId: `${round}-${userId}` });
    await ended(jobId, enriching);
    await matched(jobId);
    expect(await readJob(env.DB, jobId)).toMatchObject({
      state: "completed",
      outcomes: { created: 1, needsReview: 0 },
    });
    expect(await shelfOf(userId)).toMatchObject([{ isbn: "9780261102217", rating: 4 }]);
    await undone(userId, jobId);
    expect(await shelfOf(userId)).toEqual([]);
    expect(await reviewsOf(userId)).toEqual([]);
    expect(await rowsOf(jobId)).toMatchObject([{ outcome: "created", undo: "reverted" }]);
  }
});

it("reopens a review item that an earlier import had queued", async () => {
  const { userId } = await newReader();
  const earlier = await staged({ userId, rows: [ROW], jobId: `earlier-${userId}` });
  await ended(earlier);
  expect(await reviewsOf(userId)).toMatchObject([{ state: "open", job_id: earlier }]);
  await inCatalogue({ isbn: "9780261102217", title: "The Hobbit", authors: ["J.R.R. Tolkien"] });
  const jobId = await staged({ userId, rows: [ROW], enrich: true, jobId: `later-${userId}` });
  await ended(jobId, enriching);
  await matched(jobId);
  expect(await reviewsOf(userId)).toMatchObject([{ state: "resolved", job_id: earlier }]);
  await undone(userId, jobId);
  expect(await reviewsOf(userId)).toMatchObject([
    { state: "open", job_id: earlier, shelved_as: null, settled_at: null },
  ]);
});
