import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newUserId } from "../../src/accounts/domain/create-account.ts";
import type { Resolution } from "../../src/catalogue/domain/resolution.ts";
import { d1BookStore } from "../../src/catalogue/storage/books.ts";
import { MAX_DEFERRED_MS } from "../../src/imports/domain/enrich/books.ts";
import { BOOKS_PER_RUN, enrichDeferred } from "../../src/imports/domain/enrich/deferred.ts";
import { DEFERRED_STATEMENTS, d1DeferredBooks } from "../../src/imports/storage/deferred.ts";
import { runtimeSecrets } from "../../src/platform/crypto.ts";
import { DAY_MS, HOUR_MS } from "../../src/platform/time.ts";
import { aBook } from "../support/books.ts";
import { memoryLog } from "../support/fakes.ts";
import { enrichingJob, isbnOf, jobNumbers } from "../support/import-enrichment.ts";

const unavailable: Resolution = { kind: "unavailable", providers: {}, retryAfterSeconds: 7 };
const absent: Resolution = { kind: "absent", providersChecked: ["openlibrary"] };

let clock = Date.now();
let range = 0;

beforeEach(() => {
  clock = Date.now();
});
afterEach(async () => {
  await env.DB.prepare("DELETE FROM ImportJobs").run();
});

/** ISBNs used only in the current test. */
const books = (count: number): string[] => {
  range += 10_000;
  return Array.from({ length: count }, (_, n) => isbnOf(range + n, 9787));
};

/** A lookup that stores its result, as a flight does. */
async function found(isbn: string): Promise<Resolution> {
  const record = { book: aBook({ isbn, title: `Book ${isbn}` }), fetchedAt: 1, freshUntil: 2 };
  await d1BookStore(env.DB, memoryLog()).save(record, undefined);
  return { kind: "found", record };
}

/** An ended job whose books wait for the schedule. @param askAfter ms since the epoch */
async function deferredJob(
  userId: string,
  isbns: readonly string[],
  askAfter: number,
): Promise<string> {
  const jobId = await enrichingJob(userId, isbns, { state: "completed" });
  await env.DB.prepare(
    "UPDATE ImportResults SET enrichment = 'deferred', ask_after = ?2, deferred_for = ?3 WHERE job_id = ?1",
  )
    .bind(jobId, askAfter, userId)
    .run();
  return jobId;
}

/** Runs the scheduled task once. @returns the number of books looked up for each user */
async function run(
  resolve: (isbn: string) => Promise<Resolution> | Resolution,
  from = newUserId(runtimeSecrets),
  db = env.DB,
): Promise<Record<string, number>> {
  const asked: Record<string, number> = {};
  await enrichDeferred({
    deferred: d1DeferredBooks(db),
    async resolve(isbn, payer) {
      asked[payer] = (asked[payer] ?? 0) + 1;
      return resolve(isbn);
    },
    now: () => clock,
    anyUserId: () => from,
  });
  return asked;
}

/** A database that counts the rows that statements read. */
function countingReads(): { db: D1Database; read: () => number } {
  let rows = 0;
  const db = {
    prepare: (sql: string) => env.DB.prepare(sql),
    async batch(list: D1PreparedStatement[]) {
      const results = await env.DB.batch(list);
      for (const { meta } of results) rows += meta.rows_read;
      return results;
    },
  } as unknown as D1Database;
  return { db, read: () => rows };
}

const statesOf = async (jobId: string): Promise<unknown[]> => {
  const sql = "SELECT enrichment FROM ImportResults WHERE job_id = ?1 ORDER BY row";
  const { results } = await env.DB.prepare(sql).bind(jobId).all();
  return results.map(({ enrichment }) => enrichment);
};

describe("deferred books", () => {
  it("are looked up by the scheduled task, even those of earlier releases, and their rows are updated", async () => {
    const isbns = books(3);
    const jobId = await enrichingJob("u1", isbns, { state: "completed" });
    await env.DB.prepare("UPDATE ImportResults SET enrichment = 'deferred' WHERE job_id = ?1")
      .bind(jobId)
      .run();
    const before = await jobNumbers(jobId);
    const asked: string[] = [];
    const answer = (isbn: string) => {
      asked.push(isbn);
      if (isbn === isbns[0]) return found(isbn);
      return isbn === isbns[1] ? absent : unavailable;
    };
    expect(await run(answer)).toEqual({ u1: 3 });
    expect(await run(answer)).toEqual({});
    expect(await statesOf(jobId)).toEqual(["done", "notFound", "deferred"]);
    clock += 7000;
    expect(await run(answer)).toEqual({ u1: 1 });
    expect(asked).toEqual([...isbns, isbns[2]]);
    expect(await jobNumbers(jobId)).toEqual(before);
  });

  it("of a user with few are done within minutes of the next day, although others deferred thousands before", async () => {
    const midnight = clock + HOUR_MS;
    for (const other of ["big-1", "big-2", "big-3", "big-4"]) {
      await deferredJob(other, books(1500), midnight - 1000);
    }
    const jobId = await deferredJob("small", books(15), midnight);
    expect(await run(noBook)).toEqual({});
    clock = midnight;
    for (let minute = 1; minute <= 3; minute += 1) {
      const shares = { "big-1": 5, "big-2": 5, "big-3": 5, "big-4": 5, small: 5 };
      expect(await run(noBook)).toEqual(shares);
    }
    expect(new Set(await statesOf(jobId))).toEqual(new Set(["notFound"]));
    // The unused share of the user is divided among the others.
    const shares = Object.values(await run(noBook));
    expect(shares.toSorted((one, other) => one - other)).toEqual([6, 6, 6, 7]);
  });

  it("of more users than a run has books take turns that depend on where the run starts", async () => {
    const users = Array.from({ length: BOOKS_PER_RUN + 5 }, (_, n) => `user-${n + 10}`);
    for (const user of users) await deferredJob(user, books(2), clock);
    const served = async (from: string) => Object.keys(await run(noBook, from)).toSorted();
    expect(await served("user-10")).toEqual(users.slice(0, BOOKS_PER_RUN));
    expect(await served("user-35")).toEqual([
      ...users.slice(0, BOOKS_PER_RUN - 5),
      ...users.slice(-5),
    ]);
  });

  it("of every user get turns, wherever runs start", async () => {
    const users = Array.from({ length: BOOKS_PER_RUN * 2 }, () => newUserId(runtimeSecrets));
    for (const user of users) await deferredJob(user, books(1), clock);
    const served = new Set<string>();
    // Half of the users have a turn in each run.
    for (let turn = 0; turn < 60; turn += 1) {
      for (const user of Object.keys(await run(() => unavailable))) served.add(user);
      clock += HOUR_MS;
    }
    expect(served).toEqual(new Set(users));
  });

  it.each([2 * HOUR_MS, 26 * HOUR_MS])(
    "wait at most a day when the clock was set back by %i ms",
    async (back) => {
      const jobId = await deferredJob("u1", books(2), clock + MAX_DEFERRED_MS);
      clock -= back;
      let waited = 0;
      while (Object.keys(await run(noBook)).length === 0 && waited <= MAX_DEFERRED_MS) {
        clock += HOUR_MS;
        waited += HOUR_MS;
      }
      expect(waited).toBeLessThanOrEqual(MAX_DEFERRED_MS);
      expect(await statesOf(jobId)).toEqual(["notFound", "notFound"]);
    },
  );

  it("cost few rows in a minute without due books, however many wait for the next day", async () => {
    const users = Array.from({ length: 8 }, (_, n) => `idle-${n}`);
    for (const user of users) await deferredJob(user, books(500), clock + DAY_MS / 2);
    const { db, read } = countingReads();
    expect(await run(noBook, "idle-3", db)).toEqual({});
    // A few seeks for each user, in two passes.
    expect(read()).toBeLessThanOrEqual(users.length * 8);
  });

  it("cost no more in a minute with due books if users have thousands of them", async () => {
    for (const user of ["big-1", "big-2"]) await deferredJob(user, books(2000), clock);
    const { db, read } = countingReads();
    expect(await run(noBook, "a", db)).toEqual({ "big-1": 13, "big-2": 12 });
    expect(read()).toBeLessThanOrEqual(8 * BOOKS_PER_RUN);
  });

  it.each(Object.entries(DEFERRED_STATEMENTS))("are found by an index: %s", async (_name, sql) => {
    const numbers = [...sql.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number));
    const { results } = await env.DB.prepare(`EXPLAIN QUERY PLAN ${sql}`)
      .bind(...Array.from({ length: Math.max(0, ...numbers) }, () => null))
      .all<{ detail: string }>();
    const plan = results.map(({ detail }) => detail);
    const reads = plan.filter((step) => /^(?:SEARCH|SCAN) ImportResults\b/.test(step));
    expect(reads.length).toBeGreaterThan(0);
    for (const step of reads) {
      expect(step).toMatch(
        /PRIMARY KEY \(job_id=\? AND row=\?\)|idx_import_results_deferred \(deferred_for/,
      );
    }
    expect(plan.filter((step) => step.includes("TEMP B-TREE"))).toEqual([]);
  });
});

function noBook(): Resolution {
  return absent;
}
