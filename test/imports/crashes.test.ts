import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { reason } from "../../src/imports/domain/job/reasons.ts";
import { actOnJob } from "../../src/imports/domain/job/actions.ts";
import { workOnJob, type WorkDeps } from "../../src/imports/domain/job/work-on-job.ts";
import { d1ImportActions } from "../../src/imports/storage/work.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { importUploads } from "../../src/imports/uploads.ts";
import { bearer } from "../support/accounts.ts";
import { memoryLog } from "../support/fakes.ts";
import { call } from "../support/http.ts";
import {
  crashesAt,
  faulty,
  newId,
  NOW,
  toTheEnd,
  workDeps,
  type Fault,
} from "../support/crashes.ts";
import { quotasModule } from "../../src/quotas/module.ts";
import { testPlatform } from "../support/platform.ts";
import { listOf } from "../support/uploads.ts";
import {
  eventsOf,
  reviewsOf,
  rowsOf,
  shelfOf,
  staged,
  type FileRow,
  turnsAt,
} from "../support/imports.ts";
import { randomOfThisRun, runs } from "../support/properties.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";

async function act(userId: string, jobId: string, action: "undo" | "cancel" | "retry" | "commit") {
  return actOnJob(
    { userId, jobId, action, keepAnswer: () => undefined },
    {
      jobs: d1ImportActions(env.DB, { newId, now: () => NOW }, memoryLog()),
      dropFile: async () => {},
      chargesOf: async () => ({ kind: "charges", charges: [] }),
      watch: async () => {},
      wake: async () => {},
      announce: async () => {},
      now: () => NOW,
    },
  );
}

/** A file with every kind of row; some books occur twice, and some are already on the shelf. */
function file(length: number): FileRow[] {
  return Array.from({ length }, (_, index): FileRow => {
    const entry = {
      status: "reading" as const,
      rating: 1 + (index % 16) / 4,
      tags: ["a", `t${index % 3}`],
      readings: [{ finishedAt: "2020" }],
    };
    if (index % 7 === 6) return { title: `Without ${index}`, entry };
    if (index % 11 === 10) return { invalid: reason("EMPTY_ROW"), hash: String(index) };
    return { isbn: isbnOf(5000 + (index % 40)), title: `Book ${index % 40}`, entry };
  });
}

/** Creates a user with some books of the file on their shelf. */
async function userWithShelf(): Promise<Reader> {
  const user = await newReader();
  for (const number of [0, 1, 2]) {
    const book = await inCatalogue({ isbn: isbnOf(5000 + number), title: `Known ${number}` });
    await user.add({ isbn: book.isbn, status: "completed", notes: "mine", tags: ["Own"] });
  }
  return user;
}

/** Columns that differ between runs. */
const WHEN_AND_WHERE = { entry_id: 0, entry_version: 0, before: "", added_at: 0, book_version: 0 };

/** The final state of the job, its rows, the shelf and the review queue, without ids. */
async function endOf(userId: string, jobId: string): Promise<object> {
  const job = await readJob(env.DB, jobId);
  const plain = (value: object) =>
    JSON.parse(JSON.stringify(value).replaceAll(jobId, "job").replaceAll(userId, "user")) as object;
  return plain({
    // Where the next step starts depends on the size of the last one.
    job: { ...job, seq: 0, createdAt: 0, nextChunk: 0 },
    rows: (await rowsOf(jobId)).map((row) => ({ ...row, ...WHEN_AND_WHERE })),
    shelf: (await shelfOf(userId)).map((entry) => ({ ...entry, ...WHEN_AND_WHERE })),
    reviews: await reviewsOf(userId),
  });
}

async function gapless(jobId: string): Promise<void> {
  const events = await eventsOf(jobId);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 2));
  const terminal = events.filter(({ type }) => type !== "progress");
  const attempts = terminal.map(({ attempt }) => attempt);
  expect(attempts).toEqual([...new Set(attempts)]);
}

/** Twenty sequences of crashes, each with a random moment for every crash. */
const SEQUENCES = Array.from({ length: runs(20) }, (_, index) => ({ index, nth: 5 + (index % 5) }));

describe("a crash before or after any database call", () => {
  const rows = file(60);
  let calm: { jobId: string; end: object };
  beforeAll(async () => {
    const { userId } = await userWithShelf();
    const jobId = await staged({ userId, rows, chunk: 5 });
    await toTheEnd(jobId, workDeps());
    calm = { jobId, end: await endOf(userId, jobId) };
  });

  it.each(SEQUENCES)(
    "changes neither the result nor the counts (sequence $index, one call in $nth)",
    async (sequence) => {
      const { userId } = await userWithShelf();
      const jobId = await staged({ userId, rows, chunk: 5 });
      const crashes = await toTheEnd(jobId, workDeps(crashesAt(sequence)));
      expect(crashes).toBeGreaterThan(0);
      const due = JSON.stringify(calm.end).replaceAll(calm.jobId, jobId);
      expect(await endOf(userId, jobId)).toEqual(JSON.parse(due));
      await gapless(jobId);
    },
  );

  it.each(SEQUENCES)(
    "does not affect the result of undo (sequence $index, one call in $nth)",
    async (sequence) => {
      const user = await userWithShelf();
      const before = await shelfOf(user.userId);
      const jobId = await staged({ userId: user.userId, rows, chunk: 5 });
      const fault = crashesAt(sequence);
      await toTheEnd(jobId, workDeps(fault));
      expect(await shelfOf(user.userId)).not.toEqual(before);
      expect(await act(user.userId, jobId, "undo")).toMatchObject({ kind: "done" });
      await toTheEnd(jobId, workDeps(fault));
      expect(await readJob(env.DB, jobId)).toMatchObject({
        state: "undone",
        attempt: 2,
        progress: 1,
      });
      expect(await shelfOf(user.userId)).toEqual(before);
      expect(await reviewsOf(user.userId)).toEqual([]);
      const undo = new Set(
        (await rowsOf(jobId)).map((row) => `${String(row["outcome"])} ${String(row["undo"])}`),
      );
      expect([...undo].sort()).toEqual([
        "created reverted",
        "invalid null",
        "needsReview reverted",
        "updated reverted",
      ]);
      await gapless(jobId);
    },
  );

  it("does not let two workers perform a step twice", async () => {
    const rows = file(120);
    const { userId } = await userWithShelf();
    const jobId = await staged({ userId, rows, chunk: 10 });
    await Promise.all([toTheEnd(jobId, workDeps()), toTheEnd(jobId, workDeps())]);
    const job = await readJob(env.DB, jobId);
    expect(job).toMatchObject({ state: "completed" });
    const sum = Object.values(job?.outcomes ?? {}).reduce((total, count) => total + count, 0);
    expect(sum).toBe(120);
    await gapless(jobId);
  });
});

async function* bytesOf(file: string): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(file);
}

/** The number of rows of each import that its user can see. */
async function visibleRows(token: string): Promise<number[]> {
  const { items } = await (
    await call("/api/v2/imports", { headers: bearer(token) })
  ).json<{ items: { totalRows: number }[] }>();
  return items.map(({ totalRows }) => totalRows);
}

describe("an upload that is killed at any moment", () => {
  it.each(Array.from({ length: runs(20) }, (_, index) => index))(
    "is a complete import or none (sequence %i)",
    async (index) => {
      const ROWS = 2_100;
      const { userId, token } = await newReader();
      let left = Math.ceil(randomOfThisRun(index)() * 8);
      let die = (_end: "killed"): void => {};
      const death = new Promise<"killed">((resolve) => (die = resolve));
      let isComplete = false;
      const db = faulty(async () => {
        left -= 1;
        if (left > 0) return;
        const visible = await visibleRows(token);
        isComplete = visible.length > 0;
        expect(visible).toEqual(isComplete ? [ROWS] : []);
        die("killed");
        await new Promise(() => undefined);
      });
      const platform = testPlatform({ env: { ...env, DB: db }, defer: () => undefined });
      const options = {
        dryRun: false,
        mode: "merge",
        enrich: false,
        withoutIsbn: "review",
      } as const;
      const upload = {
        userId,
        network: undefined,
        options,
        bytes: bytesOf(listOf(ROWS)),
        fileHash: async () => "hash",
      };
      const end = await Promise.race([
        importUploads(platform, quotasModule(platform)).acceptUpload(upload),
        death,
      ]);
      expect(end).toBe("killed");
      expect(await visibleRows(token)).toEqual(isComplete ? [ROWS] : []);
    },
  );
});

describe("a row that cannot be stored", () => {
  // The table accepts only multiples of 0.25 as ratings.
  const rows: FileRow[] = Array.from({ length: 30 }, (_, index) => ({
    isbn: isbnOf(6100 + index),
    title: `B ${index}`,
    entry: { rating: index === 17 ? 3.1 : 3 },
  }));

  it("becomes invalid with its cells stored, and does not block other rows", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows });
    await expect(workOnJob(jobId, 0, workDeps())).rejects.toThrow(/CHECK/);
    expect(await shelfOf(userId)).toEqual([]);
    await workOnJob(jobId, 3, workDeps());
    expect(await readJob(env.DB, jobId)).toMatchObject({
      state: "completed",
      outcomes: { created: 29, invalid: 1 },
    });
    const refused = (await rowsOf(jobId)).find((row) => row["outcome"] === "invalid");
    expect(refused).toMatchObject({
      row: 19,
      raw: expect.stringContaining("B 17"),
      reason: JSON.stringify(reason("NOT_STORED")),
    });
    await gapless(jobId);
  });

  it("is processed again when the user retries", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows });
    await workOnJob(jobId, 3, workDeps());
    await env.DB.prepare(
      "UPDATE ImportChunks SET rows = json_set(rows, '$[0].parsed.entry.rating', 3.25) WHERE job_id = ?1",
    )
      .bind(jobId)
      .run();
    await act(userId, jobId, "retry");
    await workOnJob(jobId, 0, workDeps());
    expect(await readJob(env.DB, jobId)).toMatchObject({
      state: "completed",
      outcomes: { created: 30, invalid: 0 },
    });
    expect((await rowsOf(jobId))[17]).toMatchObject({
      outcome: "created",
      reason: null,
      raw: null,
    });
  });

  it("is not marked invalid when the database is unavailable", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows: rows.slice(0, 5) });
    const unavailable: Fault = () => {
      throw new Error("D1 is unavailable");
    };
    await expect(workOnJob(jobId, 3, workDeps(unavailable))).rejects.toThrow("D1 is unavailable");
    const work = workDeps();
    const commit = () => Promise.reject(new Error("D1 rejects writes"));
    const deps = { ...work, shelving: { ...work.shelving, commit } };
    await expect(workOnJob(jobId, 3, deps)).rejects.toThrow("D1 rejects writes");
    await workOnJob(jobId, 3, workDeps());
    expect(await readJob(env.DB, jobId)).toMatchObject({ outcomes: { created: 5, invalid: 0 } });
  });
});

describe("long reviews", () => {
  it("are processed in steps that fit into memory and into the database's parameters", async () => {
    const { userId } = await newReader();
    const long = (index: number, letter: string) => ({
      isbn: isbnOf(6200 + index),
      title: `L ${index}`,
      entry: { review: letter.repeat(100_000), notes: letter.repeat(50_000) },
    });
    const rows = Array.from({ length: 40 }, (_, index) => long(index, index % 2 ? "本" : "a"));
    const jobId = await staged({ userId, rows, chunk: 20 });
    const work = workDeps();
    const taken: number[] = [];
    const commit: WorkDeps["shelving"]["commit"] = (...step) => {
      taken.push(step[1].rows.length);
      return work.shelving.commit(...step);
    };
    await toTheEnd(jobId, { ...work, shelving: { ...work.shelving, commit } });
    expect(await readJob(env.DB, jobId)).toMatchObject({ outcomes: { created: 40 } });
    // The size of the entries on the shelf counts as well as the size of the rows.
    const again = await staged({ userId, rows: rows.map((row) => ({ ...row, hash: row.title })) });
    await toTheEnd(again, { ...work, shelving: { ...work.shelving, commit } });
    expect(await readJob(env.DB, again)).toMatchObject({ outcomes: { unchanged: 40 } });
    expect(Math.max(...taken)).toBeLessThan(30);
  });
});

describe("concurrent writers", () => {
  it("can be two imports of one user with the same books", async () => {
    const { userId } = await userWithShelf();
    const one = await staged({ userId, rows: file(120), chunk: 10 });
    const other = await staged({ userId, rows: file(120), chunk: 7 });
    await Promise.all([toTheEnd(one, workDeps()), toTheEnd(other, workDeps())]);
    const jobs = [await readJob(env.DB, one), await readJob(env.DB, other)];
    expect(jobs).toMatchObject([{ state: "completed" }, { state: "completed" }]);
    const created = jobs.reduce((sum, job) => sum + (job?.outcomes.created ?? 0), 0);
    expect(created).toBe((await shelfOf(userId)).length - 3);
    expect(await reviewsOf(userId)).toHaveLength(17);
  });

  it("never overwrite a user's change, neither by the import nor by its undo", async () => {
    const user = await newReader();
    const isbn = isbnOf(6000);
    const rows: FileRow[] = [
      { isbn, title: "B", entry: { status: "completed", rating: 2 } },
      { isbn: isbnOf(6001), title: "C" },
      { isbn: isbnOf(6002), title: "D" },
      { isbn, entry: { rating: 3, review: "the file's" } },
    ];
    const jobId = await staged({ userId: user.userId, rows, chunk: 1 });
    let edits = 0;
    const work = workDeps();
    const commit: WorkDeps["shelving"]["commit"] = async (...step) => {
      // Between the read and the write of a step.
      const [, plan] = step;
      if (edits === 0 && plan.rows.some(({ row }) => row === 5)) {
        edits += 1;
        await user.call("PATCH", `/books/${isbn}`, { rating: 5, notes: "by hand" });
      }
      return work.shelving.commit(...step);
    };
    await toTheEnd(jobId, { ...work, shelving: { ...work.shelving, commit } });
    expect(edits).toBe(1);
    expect(await shelfOf(user.userId)).toMatchObject([
      { isbn, rating: 5, notes: "by hand", review: "the file's", status: "completed" },
      {},
      {},
    ]);
    await act(user.userId, jobId, "undo");
    await toTheEnd(jobId, workDeps());
    expect(await shelfOf(user.userId)).toMatchObject([{ isbn, rating: 5, notes: "by hand" }]);
    const undo = (await rowsOf(jobId)).map((row) => row["undo"]);
    expect(undo).toEqual(["changedSince", "reverted", "reverted", "changedSince"]);
  });

  it("stops when cancelled, resumes on retry, and can be undone half-way", async () => {
    const user = await newReader();
    const rows = file(60).filter(({ isbn }) => isbn !== undefined);
    const jobId = await staged({ userId: user.userId, rows, chunk: 5 });
    let steps = 0;
    const announce = async (): Promise<void> => {
      steps += 1;
      if (steps === 2) await act(user.userId, jobId, "cancel");
    };
    await toTheEnd(jobId, workDeps(undefined, { announce, takeTurn: turnsAt("shared") }));
    const cancelled = await readJob(env.DB, jobId);
    expect(cancelled).toMatchObject({ state: "cancelled", outcomes: { created: 10 } });
    expect(await shelfOf(user.userId)).toHaveLength(10);
    await gapless(jobId);

    expect(await act(user.userId, jobId, "retry")).toMatchObject({
      kind: "done",
      job: { state: "queued", attempt: 2, outcomes: { created: 10 } },
    });
    await toTheEnd(jobId, workDeps());
    expect(await readJob(env.DB, jobId)).toMatchObject({ state: "completed", attempt: 2 });
    await gapless(jobId);
    await act(user.userId, jobId, "undo");
    await toTheEnd(jobId, workDeps());
    expect(await shelfOf(user.userId)).toEqual([]);
    await gapless(jobId);
  });

  it("counts unprocessed rows as unchanged when a cancelled import is undone", async () => {
    const { userId } = await newReader();
    const jobId = await staged({ userId, rows: file(10) });
    await act(userId, jobId, "cancel");
    await act(userId, jobId, "undo");
    await toTheEnd(jobId, workDeps());
    expect(await readJob(env.DB, jobId)).toMatchObject({
      state: "undone",
      outcomes: { created: 0, unchanged: 10 },
    });
  });

  it("writes nothing more for a user who deletes their library in the meantime", async () => {
    const user = await newReader();
    const jobId = await staged({ userId: user.userId, rows: file(60), chunk: 5 });
    const work = workDeps();
    let steps = 0;
    const commit: WorkDeps["shelving"]["commit"] = async (...step) => {
      steps += 1;
      if (steps === 2) await user.call("DELETE", "");
      return work.shelving.commit(...step);
    };
    await toTheEnd(jobId, { ...work, shelving: { ...work.shelving, commit } });
    expect(steps).toBeGreaterThanOrEqual(2);
    for (const table of [
      "UserLibrary",
      "UserBooks",
      "Readings",
      "Tags",
      "ReviewQueue",
      "ImportJobs",
    ]) {
      const left = env.DB.prepare(`SELECT count(*) AS n FROM ${table} WHERE user_id = ?1`);
      expect([table, await left.bind(user.userId).first("n")]).toEqual([table, 0]);
    }
    expect(await rowsOf(jobId)).toEqual([]);
    expect(await eventsOf(jobId)).toEqual([]);
  });
});
