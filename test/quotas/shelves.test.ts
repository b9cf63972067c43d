import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { actOnJob } from "../../src/imports/domain/job/actions.ts";
import { isTerminal } from "../../src/imports/domain/job/job.ts";
import type { WorkedJob } from "../../src/imports/domain/job/transitions.ts";
import { workOnJob } from "../../src/imports/domain/job/work-on-job.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { d1ImportActions, d1ImportWork } from "../../src/imports/storage/work.ts";
import { sha256 } from "../../src/platform/crypto.ts";
import type { ShelfLimits } from "../../src/quotas/domain/policy.ts";
import { bearer } from "../support/accounts.ts";
import { memoryLog } from "../support/fakes.ts";
import { rowsOf, staged, type FileRow, turnsAt } from "../support/imports.ts";
import { isbnOf, newReader } from "../support/library.ts";
import { problemOf, quotaService } from "../support/quotas.ts";

const newId = () => crypto.randomUUID();
const stamps = { newId, now: Date.now };

/** Works on a job until it ends, with limits. */
async function run(jobId: string, limits: ShelfLimits): Promise<WorkedJob> {
  for (;;) {
    await workOnJob(jobId, 0, {
      ...d1ImportWork(env.DB, stamps, limits),
      takeTurn: turnsAt("alone"),
      queueWake: async () => undefined,
      announce: async () => undefined,
      pause: async () => undefined,
      sha256,
      now: Date.now,
    });
    const job = await readJob(env.DB, jobId);
    if (job && isTerminal(job.state)) return job;
  }
}

const books = (count: number, from: number): FileRow[] =>
  Array.from({ length: count }, (_, index) => ({
    isbn: isbnOf(from + index),
    title: `T${from + index}`,
  }));
const unknown = (count: number, from: number): FileRow[] =>
  Array.from({ length: count }, (_, index) => ({ title: `Unknown ${from + index}` }));

const counted = (table: "UserLibrary" | "ReviewQueue", userId: string) =>
  env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE user_id = ?1`)
    .bind(userId)
    .first<number>("n");

const reasonsOf = async (jobId: string): Promise<(string | undefined)[]> =>
  (await rowsOf(jobId)).map(({ outcome, reason }) =>
    outcome === "invalid" ? (JSON.parse(String(reason)) as { code: string }).code : String(outcome),
  );

describe("an import that fills a shelf", () => {
  it("refuses the rows beyond the limit, and retries them when there is room", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows: [...books(7, 1), ...unknown(4, 1)] });
    const limits = { entries: 5, waitingRows: 3 };
    expect(await run(jobId, limits)).toMatchObject({
      state: "completed",
      outcomes: { created: 5, needsReview: 3, invalid: 3 },
    });
    expect(await reasonsOf(jobId)).toEqual([
      ...Array<string>(5).fill("created"),
      ...Array<string>(2).fill("SHELF_FULL"),
      ...Array<string>(3).fill("needsReview"),
      "QUEUE_FULL",
    ]);
    expect(await counted("UserLibrary", userId)).toBe(5);
    const retry = () =>
      actOnJob(
        { userId, jobId, action: "retry", keepAnswer: () => undefined },
        {
          jobs: d1ImportActions(env.DB, stamps, memoryLog()),
          dropFile: async () => {},
          chargesOf: async () => ({ kind: "charges", charges: [] }),
          watch: async () => undefined,
          wake: async () => undefined,
          announce: async () => undefined,
          now: Date.now,
        },
      );
    expect(await retry()).toMatchObject({ kind: "done" });
    expect(await run(jobId, limits)).toMatchObject({
      outcomes: { created: 5, needsReview: 3, invalid: 3 },
    });
    await retry();
    expect(await run(jobId, { entries: 7, waitingRows: 4 })).toMatchObject({
      outcomes: { created: 7, needsReview: 4, invalid: 0 },
    });
    expect(await counted("ReviewQueue", userId)).toBe(4);
  });

  it("shows in a preview the rows that would be refused", async () => {
    const { userId } = await newReader();
    const rows = [...books(4, 100), ...unknown(3, 100)];
    const jobId = await staged({ userId, rows, dryRun: true, chunk: 2 });
    expect(await run(jobId, { entries: 3, waitingRows: 2 })).toMatchObject({
      state: "previewed",
      outcomes: { created: 3, needsReview: 2, invalid: 2 },
    });
  });

  it("does not exceed the limits together with other imports", async () => {
    const { userId } = await newReader();
    const jobs = await Promise.all(
      [0, 1, 2].map((index) =>
        staged({
          userId,
          rows: [...books(20, 200 + 20 * index), ...unknown(20, 200 + 20 * index)],
          chunk: 4,
        }),
      ),
    );
    await Promise.all(jobs.map((jobId) => run(jobId, { entries: 30, waitingRows: 25 })));
    expect(await counted("UserLibrary", userId)).toBe(30);
    expect(await counted("ReviewQueue", userId)).toBe(25);
  });
});

describe("a full shelf", () => {
  it("refuses additions by the user, but no changes, and accepts another book after a removal", async () => {
    const { account, call } = quotaService({ quotas: { entries: 2 } });
    const { userId, token } = await account();
    const send = (method: string, path: string, body?: object) =>
      call(`/v1/library/${userId}${path}`, {
        method,
        headers: { ...bearer(token), "Content-Type": "application/json" },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    const add = (number: number) =>
      send("POST", "/books", { title: `Book ${number}`, authors: ["Ann Author"] });
    const added = await Promise.all([1, 2, 3, 4].map(add));
    expect(added.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(added.filter(({ status }) => status === 409)).toHaveLength(2);
    expect(await problemOf(await add(5))).toMatchObject({
      code: "LIMIT_REACHED",
      status: 409,
      quota: "entries",
      limit: 2,
      used: 2,
      retryable: false,
    });
    const { data } = await (
      await send("GET", "")
    ).json<{ data: { books: { isbn: string; title: string }[] } }>();
    const [first] = data.books;
    expect((await send("PATCH", `/books/${first?.isbn}`, { rating: 4 })).status).toBe(200);
    // A book that is on the shelf is changed, not added.
    const again = await send("POST", "/books", {
      title: first?.title,
      authors: ["Ann Author"],
      rating: 3,
    });
    expect(again.status).toBe(200);
    expect((await send("DELETE", `/books/${first?.isbn}`)).status).toBe(204);
    expect((await add(6)).status).toBe(201);
  });
});

describe("progress at its limit", () => {
  it("is refused, while existing progress can be changed, and is accepted again after a deletion", async () => {
    const { account, call, used } = quotaService({ quotas: { progress: 2 } });
    const { userId, token } = await account();
    const send = (method: string, path: string, body?: object) =>
      call(`/v1/library/${userId}${path}`, {
        method,
        headers: { ...bearer(token), "Content-Type": "application/json" },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    const added = await send("POST", "/books", { title: "Long", authors: ["Ann Author"] });
    const { data } = await added.json<{ data: { book: { isbn: string } } }>();
    const path = `/books/${data.book.isbn}/progress`;
    const record = (id: string) => send("POST", path, { id, minutes: 5 });
    const answers = await Promise.all(["a", "b", "c", "d"].map(record));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
    expect(await problemOf(await record("e"))).toMatchObject({
      code: "LIMIT_REACHED",
      status: 409,
      quota: "progress",
      limit: 2,
      used: 2,
      retryable: false,
    });
    expect(await used({ token })).toMatchObject({ progress: 2 });
    const [id] = ["a", "b", "c", "d"].filter((_, index) => answers[index]?.status === 201);
    // A repeated record returns the existing one.
    expect((await record(id ?? "")).status).toBe(201);
    expect((await send("PATCH", `${path}/${id}`, { minutes: 9 })).status).toBe(200);
    const sent = await send("POST", "/changes", {
      changes: [
        { op: "progress", isbn: data.book.isbn, body: { minutes: 3 }, key: "by-the-outbox" },
      ],
    });
    expect(await sent.json()).toMatchObject({
      data: { results: [{ outcome: "refused", problem: { code: "LIMIT_REACHED" } }] },
    });
    expect((await send("DELETE", `${path}/${id}`)).status).toBe(204);
    expect((await record("f")).status).toBe(201);
  });
});
