import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LEASE_MS } from "../../src/platform/lease.ts";
import { isbnOf, jobNumbers } from "../support/import-enrichment.ts";
import { ended, eventsOf, objectOf, rowsOf, staged, type FileRow } from "../support/imports.ts";
import { newReader, type Reader } from "../support/library.ts";
import { openLibraryInPlace, restDesks } from "../support/providers.ts";
import { waitFor } from "../support/wait.ts";

/** ISBNs used only in this file. */
const isbn = (n: number): string => isbnOf(90_000_000 + n);

let user: Reader;

beforeEach(async () => {
  await restDesks();
  user = await newReader();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const stage = (userId: string, rows: readonly FileRow[]) => staged({ userId, rows, enrich: true });

describe("an import of books that the catalogue lacks", () => {
  it("is shelved, enriched and completed automatically", async () => {
    const { say } = openLibraryInPlace();
    say(isbn(1), { title: "Known to the provider" });
    const jobId = await stage(user.userId, [
      { isbn: isbn(1), title: "As the file has it" },
      { isbn: isbn(2), title: "Known to nobody" },
    ]);
    const job = await ended(jobId);
    expect(job).toMatchObject({
      state: "completed",
      outcomes: { created: 2 },
      enrichment: { done: 1, notFound: 1, pending: 0, deferred: 0 },
    });
    const { books } = await user.list();
    expect(Object.fromEntries(books.map((book) => [book.title, book.confirmed]))).toEqual({
      "Known to nobody": false,
      "Known to the provider": true,
    });
    const events = await eventsOf(jobId);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 2));
    expect(events.filter(({ type }) => type === "completed")).toHaveLength(1);
  });

  it("does not leak a file's descriptions to other users or the catalogue", async () => {
    const { say } = openLibraryInPlace();
    say(isbn(3), { title: "What the provider says" });
    const other = await newReader();
    const jobs = await Promise.all([
      stage(user.userId, [
        { isbn: isbn(3), title: "Mine" },
        { isbn: isbn(4), title: "My secret", authors: ["Me"] },
      ]),
      stage(other.userId, [
        { isbn: isbn(3), title: "Theirs" },
        { isbn: isbn(4), title: "Their secret", authors: ["Them"] },
      ]),
    ]);
    await Promise.all(jobs.map((jobId) => ended(jobId)));
    const titles = async (of: Reader) =>
      (await of.list()).books.map(({ title, authors }) => [title, ...authors].join()).toSorted();
    expect(await titles(user)).toEqual(["My secret,Me", "What the provider says,An Author"]);
    expect(await titles(other)).toEqual(["Their secret,Them", "What the provider says,An Author"]);
    const stored = await env.DB.prepare(
      "SELECT isbn, title, canonical_metadata FROM Books WHERE isbn IN (?1, ?2)",
    )
      .bind(isbn(3), isbn(4))
      .all();
    expect(stored.results.map(({ isbn, title }) => [isbn, title])).toEqual([
      [isbn(3), "What the provider says"],
    ]);
    expect(JSON.stringify(stored.results)).not.toMatch(/Mine|Theirs|secret/);
  });

  it("leaves the shelf intact while the provider is down, and resumes when it recovers", async () => {
    const { say } = openLibraryInPlace();
    say(isbn(5), "500");
    const jobId = await stage(user.userId, [{ isbn: isbn(5), title: "Waits" }]);
    const waiting = await ended(jobId, ({ phase }) => phase === "enriching");
    expect(waiting).toMatchObject({ outcomes: { created: 1 }, enrichment: { pending: 1 } });
    expect((await user.list()).books).toMatchObject([{ title: "Waits", confirmed: false }]);
    await waitFor(async () => expect((await jobNumbers(jobId)).enrich_after).not.toBeNull());
    expect(await jobNumbers(jobId)).toMatchObject({ state: "processing", enrich_pending: 1 });

    say(isbn(5), { title: "Back" });
    await restDesks();
    expect(await ended(jobId)).toMatchObject({ state: "completed", enrichment: { done: 1 } });
    expect((await user.list()).books).toMatchObject([{ title: "Back", confirmed: true }]);
  });

  it("resumes immediately after it was killed with a lease, without a queued message", async () => {
    const { say } = openLibraryInPlace();
    say(isbn(6), { title: "Left behind" });
    const jobId = await stage(user.userId, [{ isbn: isbn(6), title: "Left behind" }]);
    await ended(jobId);
    await env.DB.prepare(
      `UPDATE ImportJobs SET state = 'processing', phase = 'enriching', enrich_pending = 1, enrich_done = 0,
         lease_holder = 'dead', lease_until = ?2
       WHERE job_id = ?1`,
    )
      .bind(jobId, Date.now() + LEASE_MS)
      .run();
    await env.DB.prepare("UPDATE ImportResults SET enrichment = 'pending' WHERE job_id = ?1")
      .bind(jobId)
      .run();
    await objectOf(jobId).ensureAwake(jobId);
    await evictDurableObject(objectOf(jobId));
    // One alarm is enough: it does not have to wait for the end of the lease.
    expect(await runDurableObjectAlarm(objectOf(jobId))).toBe(true);
    await waitFor(async () =>
      expect(await jobNumbers(jobId)).toMatchObject({ state: "completed", enrich_done: 1 }),
    );
    expect(await rowsOf(jobId)).toMatchObject([{ enrichment: "done" }]);
    expect(
      await env.DB.prepare("SELECT lease_holder FROM ImportJobs WHERE job_id = ?1")
        .bind(jobId)
        .first("lease_holder"),
    ).toBeNull();
  });
});
