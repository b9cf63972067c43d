import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ProviderBook, ProviderSearchAnswer } from "../../src/catalogue/domain/provider.ts";
import type { Resolution } from "../../src/catalogue/domain/resolution.ts";
import { matchRows, type MatchRowsDeps } from "../../src/imports/domain/enrich/match-rows.ts";
import { editionSources } from "../../src/imports/domain/match/edition-sources.ts";
import { d1WaitingRows } from "../../src/imports/storage/matching.ts";
import { d1BookSearch } from "../../src/catalogue/storage/search.ts";
import { d1BookStore } from "../../src/catalogue/storage/books.ts";
import { aBook } from "../support/books.ts";
import { emptyCatalogue } from "../support/catalogue.ts";
import { memoryLog } from "../support/fakes.ts";
import { jobNumbers, waitingJob, allRowsOf } from "../support/import-enrichment.ts";
import { eventsOf, reviewsOf, rowsOf, shelfOf } from "../support/imports.ts";

const TOLKIEN = "J.R.R. Tolkien";
const HOBBIT = "9780261102217";
const OTHER_HOBBIT = "9780547928227";
const RINGS = "9780261103252";

const book = (isbn: string, title: string, authors = [TOLKIEN]): ProviderBook => ({
  isbn,
  title,
  authors,
  categories: [],
});
const store = (found: ProviderBook) =>
  d1BookStore(env.DB, memoryLog()).save(
    {
      book: aBook(found),
      fetchedAt: 1,
      freshUntil: 2,
    },
    undefined,
  );

let clock = Date.now();
let users = 0;
let userId = "";

beforeEach(async () => {
  clock = Date.now();
  userId = `matching-${(users += 1)}`;
  await emptyCatalogue();
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** Matches rows with the real catalogue and a scripted provider. */
function worker(script: {
  search?: (query: object) => ProviderSearchAnswer;
  resolve?: (isbn: string) => Promise<Resolution>;
}) {
  const searches: object[] = [];
  const pauses: number[] = [];
  let announced = 0;
  const deps: MatchRowsDeps = {
    rows: d1WaitingRows(env.DB, () => crypto.randomUUID(), memoryLog()),
    editions: (payer) =>
      editionSources(
        {
          catalogue: d1BookSearch(env.DB, memoryLog()),
          providers: [
            {
              id: "openlibrary",
              search: async (query) => {
                searches.push(query);
                return script.search?.(query) ?? { kind: "found", books: [] };
              },
            },
          ],
        },
        payer,
      ),
    resolve: script.resolve ?? (() => Promise.resolve({ kind: "absent", providersChecked: [] })),
    renew: async () => true,
    setTimer: () => () => undefined,
    pause: async (ms) => {
      pauses.push(ms);
      clock += ms;
    },
    now: () => clock,
    newId: () => crypto.randomUUID(),
  };
  const step = (jobId: string) => matchRows(jobId, deps, async () => void (announced += 1));
  return { step, deps, searches, pauses, announced: () => announced };
}

/** A lookup that stores its result, as a flight does. */
const finding = (found: ProviderBook) => async (): Promise<Resolution> => {
  await store(found);
  return {
    kind: "found",
    record: {
      book: aBook(found),
      fetchedAt: 1,
      freshUntil: 2,
    },
  };
};

const hobbit = {
  book: { title: "Hobbit, The (Middle-earth, #0)", authors: ["Tolkien, J. R. R."] },
  entry: { status: "completed" as const, rating: 4.5 },
  addedAt: 1_500_000_000,
};

describe("a row without an ISBN", () => {
  it("is shelved as the only matching edition of the catalogue", async () => {
    await store(book(HOBBIT, "The Hobbit"));
    await store(book(RINGS, "The Lord of the Rings"));
    const jobId = await waitingJob(userId, [hobbit]);
    const { step, searches, announced } = worker({});
    await step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({
      state: "completed",
      created: 1,
      needs_review: 0,
      enrich_done: 1,
      enrich_pending: 0,
    });
    expect(await shelfOf(userId)).toMatchObject([
      { isbn: HOBBIT, status: "completed", rating: 4.5, added_at: 1_500_000_000, source: jobId },
    ]);
    const [row] = await rowsOf(jobId);
    expect(row).toMatchObject({
      outcome: "created",
      isbn: HOBBIT,
      matched_by: "titleAuthor",
      score: 1,
      before: null,
      ask_after: null,
      reason: null,
    });
    const entry = await env.DB.prepare("SELECT id, version FROM UserLibrary WHERE user_id = ?1")
      .bind(userId)
      .first();
    expect(entry).toEqual({ id: row?.["entry_id"], version: row?.["entry_version"] });
    expect(await reviewsOf(userId)).toMatchObject([{ state: "resolved", shelved_as: HOBBIT }]);
    expect((await eventsOf(jobId)).map(({ seq, type }) => [seq, type])).toEqual([
      [2, "progress"],
      [3, "completed"],
    ]);
    expect(searches).toEqual([]);
    expect(announced()).toBe(1);
  });

  it("remains in review with candidates when several editions match", async () => {
    const edition = {
      coverUrl: "https://covers.openlibrary.org/b/id/1-L.jpg",
      publicationYear: 1937,
      publisher: "Allen & Unwin",
    };
    await store({ ...book(HOBBIT, "The Hobbit"), ...edition });
    await store({ ...book(OTHER_HOBBIT, "The Hobbit"), ...edition });
    const jobId = await waitingJob(userId, [hobbit]);
    await worker({}).step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({
      state: "completed",
      needs_review: 1,
      created: 0,
    });
    expect(await shelfOf(userId)).toEqual([]);
    const [review] = await reviewsOf(userId);
    expect(review).toMatchObject({ state: "open" });
    expect(JSON.parse(String(review?.["reason"]))).toMatchObject({ code: "AMBIGUOUS" });
    expect(JSON.parse(String(review?.["candidates"]))).toEqual(
      expect.arrayContaining(
        [HOBBIT, OTHER_HOBBIT].map((isbn) => ({
          isbn,
          title: "The Hobbit",
          authors: [TOLKIEN],
          score: 1,
          ...edition,
        })),
      ),
    );
  });

  it("is found by a provider's search if a lookup confirms it", async () => {
    const found = book(HOBBIT, "The Hobbit");
    const search = (): ProviderSearchAnswer => ({ kind: "found", books: [found] });
    const jobId = await waitingJob(userId, [hobbit]);
    await worker({ search, resolve: finding(found) }).step(jobId);
    expect(await shelfOf(userId)).toMatchObject([{ isbn: HOBBIT }]);

    const other = await waitingJob(`${userId}-2`, [hobbit]);
    await emptyCatalogue();
    await worker({ search, resolve: finding(book(HOBBIT, "A Map of Middle-earth")) }).step(other);
    expect(await shelfOf(`${userId}-2`)).toEqual([]);
    expect(await jobNumbers(other)).toMatchObject({ state: "completed", needs_review: 1 });
    expect((await reviewsOf(`${userId}-2`))[0]?.["candidates"]).toContain(HOBBIT);
  });

  it("is found by its Open Library edition id", async () => {
    const found = book(HOBBIT, "Der kleine Hobbit");
    const identifiers = { openLibraryEdition: "OL7353617M" };
    const jobId = await waitingJob(userId, [{ book: {}, entry: {}, identifiers }]);
    const { step, searches } = worker({
      search: () => ({ kind: "found", books: [found] }),
      resolve: finding(found),
    });
    await step(jobId);
    expect(searches).toEqual([{ edition: "OL7353617M", limit: 1 }]);
    expect(await rowsOf(jobId)).toMatchObject([{ isbn: HOBBIT, matched_by: "isbn13", score: 1 }]);
  });

  it("is left unchanged when nothing is found", async () => {
    const jobId = await waitingJob(userId, [hobbit, { book: { title: "Zine 4" }, entry: {} }]);
    await worker({}).step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({
      state: "completed",
      needs_review: 2,
      enrich_not_found: 2,
    });
    expect((await reviewsOf(userId)).map(({ state, candidates }) => [state, candidates])).toEqual([
      ["open", "[]"],
      ["open", "[]"],
    ]);
  });

  it("merges into the entry on the shelf and stores the earlier image", async () => {
    await store(book(HOBBIT, "The Hobbit"));
    const first = await waitingJob(userId, [hobbit]);
    await worker({}).step(first);
    const second = await waitingJob(userId, [
      { ...hobbit, entry: { status: "reading", rating: 2, notes: "lent" } },
    ]);
    await worker({}).step(second);
    expect(await shelfOf(userId)).toMatchObject([
      { status: "completed", rating: 2, notes: "lent" },
    ]);
    const [row] = await rowsOf(second);
    expect(row).toMatchObject({ outcome: "updated" });
    expect(JSON.parse(String(row?.["notes"]))).toMatchObject([{ code: "KEPT_YOURS" }]);
    expect(JSON.parse(String(row?.["before"]))).toMatchObject({ entry: { rating: 4.5 } });
  });

  it("settles its duplicates too", async () => {
    await store(book(HOBBIT, "The Hobbit"));
    const jobId = await waitingJob(userId, [hobbit, hobbit, hobbit]);
    await worker({}).step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({
      state: "completed",
      created: 1,
      unchanged: 2,
      needs_review: 0,
    });
  });
});

describe("a step", () => {
  it("searches at most once per second and writes at most five events per second", async () => {
    await store(book(HOBBIT, "The Hobbit"));
    const jobId = await waitingJob(userId, [hobbit, { book: { title: "Zine 4" }, entry: {} }]);
    const { step, pauses } = worker({});
    await step(jobId);
    expect(pauses).toEqual([200, 1000]);
  });

  it("ends after five searches, so that a long file does not delay other jobs", async () => {
    const zines = Array.from({ length: 7 }, (_, n) => ({
      book: { title: `Zine ${n}` },
      entry: {},
    }));
    const jobId = await waitingJob(userId, zines);
    const { step, pauses } = worker({});
    expect(await step(jobId)).toEqual({ kind: "again", afterMs: 0 });
    expect(pauses).toHaveLength(5);
    await step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({ state: "completed", enrich_not_found: 7 });
  });

  it("starts no row after five seconds, however slow a provider is", async () => {
    const zines = Array.from({ length: 4 }, (_, n) => ({
      book: { title: `Zine ${n}` },
      entry: {},
    }));
    const jobId = await waitingJob(userId, zines);
    const search = (): ProviderSearchAnswer => {
      clock += 4000;
      return { kind: "found", books: [] };
    };
    const { step, searches } = worker({ search });
    expect(await step(jobId)).toEqual({ kind: "again", afterMs: 0 });
    expect(searches).toHaveLength(2);
  });

  it("is processed once by several concurrent workers", async () => {
    await store(book(HOBBIT, "The Hobbit"));
    const jobId = await waitingJob(userId, [hobbit]);
    const { step, announced } = worker({});
    await Promise.all([step(jobId), step(jobId), step(jobId)]);
    expect(await jobNumbers(jobId)).toMatchObject({ state: "completed", created: 1, seq: 3 });
    const before = await allRowsOf(jobId);
    expect(await step(jobId)).toEqual({ kind: "idle" });
    expect(await allRowsOf(jobId)).toEqual(before);
    expect(announced()).toBe(1);
  });

  it("retries when the job has changed in the meantime", async () => {
    await store(book(HOBBIT, "The Hobbit"));
    const jobId = await waitingJob(userId, [hobbit]);
    const { deps } = worker({});
    let moved = false;
    const rows: MatchRowsDeps["rows"] = {
      ...deps.rows,
      async settle(settlement) {
        if (!moved) {
          moved = true;
          await env.DB.prepare("UPDATE ImportJobs SET seq = seq + 1 WHERE job_id = ?1")
            .bind(jobId)
            .run();
        }
        return deps.rows.settle(settlement);
      },
    };
    await matchRows(jobId, { ...deps, rows }, () => Promise.resolve());
    expect(await jobNumbers(jobId)).toMatchObject({ state: "completed", created: 1, seq: 4 });
  });

  it("does not touch a row that the user has settled in the meantime", async () => {
    await store(book(HOBBIT, "The Hobbit"));
    const jobId = await waitingJob(userId, [hobbit]);
    await env.DB.prepare("UPDATE ReviewQueue SET state = 'dismissed' WHERE user_id = ?1")
      .bind(userId)
      .run();
    await worker({}).step(jobId);
    expect(await shelfOf(userId)).toEqual([]);
    expect(await jobNumbers(jobId)).toMatchObject({ state: "completed", needs_review: 1 });
  });

  it("writes nothing when the user settles the row at the same moment", async () => {
    await store(book(HOBBIT, "The Hobbit"));
    const jobId = await waitingJob(userId, [hobbit]);
    const { deps } = worker({});
    const rows: MatchRowsDeps["rows"] = {
      ...deps.rows,
      async settle(settlement) {
        await env.DB.prepare("UPDATE ReviewQueue SET state = 'resolved' WHERE user_id = ?1")
          .bind(userId)
          .run();
        return deps.rows.settle(settlement);
      },
    };
    await expect(matchRows(jobId, { ...deps, rows }, () => Promise.resolve())).rejects.toThrow(
      "database",
    );
    expect(await shelfOf(userId)).toEqual([]);
    expect(await jobNumbers(jobId)).toMatchObject({ state: "processing", needs_review: 1, seq: 1 });
  });

  it.each(["cancelled", "gone"])(
    "writes nothing for a job that is %s in the meantime",
    async (how) => {
      await store(book(HOBBIT, "The Hobbit"));
      const jobId = await waitingJob(userId, [hobbit]);
      const { deps } = worker({});
      const sql =
        how === "gone"
          ? "DELETE FROM ImportJobs WHERE job_id = ?1"
          : "UPDATE ImportJobs SET state = 'cancelled' WHERE job_id = ?1";
      const editions: MatchRowsDeps["editions"] = (payer) => ({
        ...deps.editions(payer),
        async inCatalogue(sought) {
          await env.DB.prepare(sql).bind(jobId).run();
          return deps.editions(payer).inCatalogue(sought);
        },
      });
      await matchRows(jobId, { ...deps, editions }, () => Promise.resolve());
      expect(await shelfOf(userId)).toEqual([]);
      expect(await eventsOf(jobId)).toEqual([]);
    },
  );

  it("pauses the job while a provider is unavailable, and resumes when it recovers", async () => {
    const jobId = await waitingJob(userId, [hobbit]);
    const unavailable = worker({
      search: () => ({ kind: "failed", reason: "breaker_open", retryAfterMs: 9000 }),
    });
    expect(await unavailable.step(jobId)).toEqual({ kind: "again", afterMs: 9000 });
    expect(await jobNumbers(jobId)).toMatchObject({
      state: "processing",
      enrich_pending: 1,
      seq: 1,
    });
    expect(await unavailable.step(jobId)).toEqual({ kind: "idle" });
    clock += 9000;
    await worker({}).step(jobId);
    expect(await jobNumbers(jobId)).toMatchObject({ state: "completed" });
  });
});
