import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { ImportSnapshot } from "../../contract/imports.ts";
import { actOnJob } from "../../src/imports/domain/job/actions.ts";
import { commitPreview } from "../../src/imports/domain/job/commit-preview.ts";
import { dropFile, fileTasks, readAgainDeps } from "../../src/imports/previews.ts";
import { dropFilesOf, keepFile, readFile } from "../../src/imports/storage/files.ts";
import { readJob } from "../../src/imports/storage/advance.ts";
import { settleRows } from "../../src/imports/storage/moves.ts";
import { d1ImportActions } from "../../src/imports/storage/work.ts";
import { fileReaders } from "../../src/imports/uploads.ts";
import { bearer } from "../support/accounts.ts";
import { memoryLog } from "../support/fakes.ts";
import { call } from "../support/http.ts";
import { ended, rowsOf, shelfOf } from "../support/imports.ts";
import { newReader, type Reader } from "../support/library.ts";
import { testPlatform } from "../support/platform.ts";
import { accepted, sendFile } from "../support/uploads.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FILE = "Title,Author,ISBN,Rating\nDune,Frank Herbert,9780441172719,4\nEmma,Jane Austen,,3\n";

let user: Reader;
beforeEach(async () => {
  user = await newReader();
});

const keys = async (): Promise<string[]> =>
  (await env.FILES.list({ prefix: "imports/" })).objects.map(({ key }) => key);
const isKept = async (jobId: string): Promise<boolean> =>
  (await keys()).includes(`imports/${jobId}`);
const stateOf = async (jobId: string): Promise<ImportSnapshot> =>
  (await call(`/api/v2/imports/${jobId}`, { headers: bearer(user.token) })).json<ImportSnapshot>();

async function previewed(file: BodyInit = FILE, query = ""): Promise<string> {
  const sent = await sendFile(user, file, { query: `?dryRun=true&enrich=false${query}` });
  const { jobId } = await accepted(sent);
  expect(await ended(jobId)).toMatchObject({ state: "previewed" });
  return jobId;
}

const listed = async (jobId: string): Promise<{ outcome: string }[]> => {
  const response = await call(`/api/v2/imports/${jobId}/rows?limit=200`, {
    headers: bearer(user.token),
  });
  return (await response.json<{ items: { outcome: string }[] }>()).items;
};

const commit = (jobId: string, options?: object, headers: Record<string, string> = {}) =>
  call(`/api/v2/imports/${jobId}/commit`, {
    method: "POST",
    headers: {
      ...bearer(user.token),
      ...headers,
      ...(options ? { "Content-Type": "application/json" } : {}),
    },
    ...(options ? { body: JSON.stringify({ options }) } : {}),
  });

/** "Мастер" in windows-1251. */
const MASTER = Uint8Array.from([0xcc, 0xe0, 0xf1, 0xf2, 0xe5, 0xf0]);
const cyrillic = (): Uint8Array => {
  const [before, after] = ["Title,Author,ISBN\n", ",M. Bulgakov,9780141180144\n"];
  const encoder = new TextEncoder();
  return new Uint8Array([...encoder.encode(before), ...MASTER, ...encoder.encode(after)]);
};

describe("a preview", () => {
  it("reports its assumptions, and keeps its file until it is committed", async () => {
    const jobId = await previewed();
    const { assumptions, encoding, formatConfidence } = await stateOf(jobId);
    expect(encoding).toBe("utf-8");
    expect(formatConfidence).toBeGreaterThan(0);
    expect(assumptions?.map(({ kind }) => kind)).toEqual(
      expect.arrayContaining(["format", "encoding", "ratingScale"]),
    );
    expect(await isKept(jobId)).toBe(true);
    expect((await commit(jobId)).status).toBe(202);
    expect(await isKept(jobId)).toBe(false);
    await ended(jobId);
    expect(await stateOf(jobId)).not.toHaveProperty("assumptions");
    expect(await shelfOf(user.userId)).toMatchObject([{ rating: 4 }]);
  });

  it("is read again with another encoding under the same id", async () => {
    const jobId = await previewed(cyrillic(), "&encoding=iso-8859-2");
    const key = { "Idempotency-Key": crypto.randomUUID() };
    const response = await commit(jobId, { encoding: "windows-1251" }, key);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      jobId,
      status: "queued",
      attempt: 2,
      encoding: "windows-1251",
      totalRows: 1,
    });
    const again = await commit(jobId, { encoding: "windows-1251" }, key);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    expect(await ended(jobId)).toMatchObject({ state: "completed", outcomes: { created: 1 } });
    expect(await rowsOf(jobId)).toMatchObject([{ title: "Мастер" }]);
    expect(await isKept(jobId)).toBe(false);
  });

  it("gets new row numbers and totals with another layout, also in its events", async () => {
    // In a table without a header, the first line is a row too.
    const jobId = await previewed(FILE);
    const mapping = { "1": "title", "2": "author" };
    const response = await commit(jobId, { mapping, ratingScale: 10 });
    expect(response.status).toBe(202);
    const { totalRows } = await response.json<ImportSnapshot>();
    const job = await ended(jobId);
    expect(job.totalRows).toBe(totalRows);
    expect((await rowsOf(jobId)).length).toBe(totalRows);
    const { results } = await env.DB.prepare(
      "SELECT data ->> 'total_rows' AS rows FROM ImportEvents WHERE job_id = ?1 ORDER BY seq",
    )
      .bind(jobId)
      .all<{ rows: number }>();
    expect([results[0]?.rows, results.at(-1)?.rows]).toEqual([2, totalRows]);
  });

  it("is charged for additional rows", async () => {
    // Read as UTF-16, the ASCII lines are one cell.
    const ascii = (text: string) => [...new TextEncoder().encode(text)];
    const head = ascii("Title,ISBN\nA,9780441172719\n").flatMap((byte) => [byte, 0]);
    const file = new Uint8Array([...head, ...ascii("Title,9780441172719\n".repeat(30))]);
    const jobId = await previewed(file, "&encoding=utf-16le");
    expect((await stateOf(jobId)).totalRows).toBeLessThan(3);
    const response = await commit(jobId, { encoding: "windows-1252" });
    expect(response.status).toBe(202);
    const { totalRows } = await response.json<ImportSnapshot>();
    expect(totalRows).toBeGreaterThanOrEqual(30);
    const counted = await env.DB.prepare(
      "SELECT used FROM QuotaUses WHERE subject = ?1 AND quota = 'importRows'",
    )
      .bind(user.userId)
      .first<number>("used");
    expect(counted).toBe(totalRows);
  });

  it("replaces a rating scale, and keeps what the upload chose", async () => {
    const jobId = await previewed(FILE, "&format=list");
    expect((await commit(jobId, { ratingScale: 10 })).status).toBe(202);
    await ended(jobId);
    expect(await shelfOf(user.userId)).toMatchObject([{ rating: 2 }]);
  });

  it("remains a preview when its file cannot be read as requested", async () => {
    const jobId = await previewed();
    const refused = await commit(jobId, { mapping: { Nowhere: "title" } });
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ code: "INVALID_CSV" });
    const scale = await commit(jobId, { ratingScale: 7 });
    expect(scale.status).toBe(400);
    expect(await scale.json()).toMatchObject({
      detail: "options.ratingScale: Invalid option: expected 5, 10, 20 or 100",
    });
    expect((await commit(jobId, { colour: "red" })).status).toBe(400);
    expect(await stateOf(jobId)).toMatchObject({ status: "previewed", totalRows: 2 });
    expect(await isKept(jobId)).toBe(true);
    expect((await commit(jobId)).status).toBe(202);
  });

  it("can be committed without its file, but not read again", async () => {
    const jobId = await previewed();
    await dropFile({ env, log: memoryLog() })(jobId);
    const gone = await commit(jobId, { ratingScale: 10 });
    expect(gone.status).toBe(409);
    expect((await commit(jobId)).status).toBe(202);
  });
});

const act = (jobId: string, action: string, headers: Record<string, string> = {}) =>
  call(`/api/v2/imports/${jobId}/${action}`, {
    method: "POST",
    headers: { ...bearer(user.token), ...headers },
  });

describe("a preview that is cancelled", () => {
  it("is discarded with its file, once per key, and can no longer be committed", async () => {
    const jobId = await previewed();
    const key = { "Idempotency-Key": crypto.randomUUID() };
    const response = await act(jobId, "cancel", key);
    expect(response.status).toBe(202);
    const discarded = {
      jobId,
      status: "cancelled",
      attempt: 2,
      totalRows: 2,
      message: "The preview was discarded. Nothing was written.",
    };
    expect(await response.json()).toMatchObject(discarded);
    expect(await isKept(jobId)).toBe(false);
    const again = await act(jobId, "cancel", key);
    expect([again.status, again.headers.get("Idempotency-Replayed")]).toEqual([202, "true"]);
    expect(await again.json()).toMatchObject(discarded);
    const refused = await act(jobId, "cancel");
    expect([refused.status, (await refused.json<{ code: string }>()).code]).toEqual([
      409,
      "JOB_NOT_CANCELLABLE",
    ]);
    for (const options of [undefined, { ratingScale: 10 }]) {
      expect((await commit(jobId, options)).status).toBe(409);
    }
    expect((await act(jobId, "undo?cancel=true")).status).toBe(409);
    expect(await stateOf(jobId)).toMatchObject(discarded);
    expect(await stateOf(jobId)).not.toHaveProperty("assumptions");
    expect(await shelfOf(user.userId)).toEqual([]);
  });

  it("ends every stream with the event, wherever the stream resumes", async () => {
    const jobId = await previewed();
    const { seq } = await stateOf(jobId);
    await act(jobId, "cancel");
    for (const lastSeen of [undefined, 1, seq - 1, seq]) {
      const response = await call(`/api/v2/imports/${jobId}/stream`, {
        headers: {
          ...bearer(user.token),
          ...(lastSeen === undefined ? {} : { "Last-Event-ID": String(lastSeen) }),
        },
      });
      const names = [...(await response.text()).matchAll(/^event: (.*)$/gm)].map(
        ([, name]) => name,
      );
      expect(names.at(-1)).toBe("cancelled");
      expect(names).not.toContain("previewed");
    }
  });

  it("is neither charged more nor refunded", async () => {
    const uses = async () =>
      (
        await env.DB.prepare("SELECT quota, used FROM QuotaUses WHERE subject = ?1 ORDER BY quota")
          .bind(user.userId)
          .all()
      ).results;
    const jobId = await previewed();
    const before = await uses();
    expect(before).toContainEqual({ quota: "importRows", used: 2 });
    expect((await act(jobId, "cancel")).status).toBe(202);
    expect(await uses()).toEqual(before);
  });

  it("is previewed again by a retry, without its file", async () => {
    const jobId = await previewed();
    const before = await stateOf(jobId);
    await act(jobId, "cancel");
    expect((await act(jobId, "retry")).status).toBe(202);
    expect(await ended(jobId)).toMatchObject({ state: "previewed", attempt: 3 });
    expect((await stateOf(jobId)).outcomes).toEqual(before.outcomes);
    expect((await commit(jobId, { ratingScale: 10 })).status).toBe(409);
    expect((await commit(jobId)).status).toBe(202);
    await ended(jobId);
    expect(await shelfOf(user.userId)).toMatchObject([{ rating: 4 }]);
  });

  it("loses its file later if the request was killed before deleting it", async () => {
    const jobId = await previewed();
    const log = memoryLog();
    const bucket = { ...env.FILES, delete: () => Promise.reject(new Error("killed")) };
    const platform = testPlatform({});
    const nothing = async (): Promise<void> => {};
    await actOnJob(
      { userId: user.userId, jobId, action: "cancel", keepAnswer: () => undefined },
      {
        jobs: d1ImportActions(env.DB, platform, log),
        watch: nothing,
        wake: nothing,
        announce: nothing,
        dropFile: dropFile({ env: { ...env, FILES: bucket }, log }),
        chargesOf: async () => ({ kind: "charges", charges: [] }),
        now: Date.now,
      },
    );
    expect(await stateOf(jobId)).toMatchObject({ status: "cancelled" });
    expect(await isKept(jobId)).toBe(true);
    await fileTasks({ env, now: Date.now })["sweep_import_files"]?.();
    expect(await isKept(jobId)).toBe(false);
  });

  it("is refused when it is older than seven days, because its rows are gone", async () => {
    const jobId = await previewed();
    await env.DB.prepare("UPDATE ImportJobs SET completed_at = ?2 WHERE job_id = ?1")
      .bind(jobId, Date.now() - 7 * DAY_MS)
      .run();
    const refused = await act(jobId, "cancel");
    expect(refused.status).toBe(409);
    expect((await refused.json<{ detail: string }>()).detail).toMatch(/more than 7 days ago/);
  });
});

/** A database that fails permanently after some calls. */
function failing(calls: number): D1Database {
  let left = calls;
  const check = (): void => {
    left -= 1;
    if (left < 0) throw new Error("killed");
  };
  const wrapped = (statement: D1PreparedStatement): D1PreparedStatement =>
    new Proxy(statement, {
      get(target, name) {
        const value = Reflect.get(target, name) as unknown;
        if (name === "bind") return (...values: unknown[]) => wrapped(target.bind(...values));
        if (typeof value !== "function") return value;
        return (...values: unknown[]) => {
          check();
          return (value as (...args: unknown[]) => unknown).apply(target, values);
        };
      },
    });
  const plain = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  return new Proxy(env.DB, {
    get(target, name) {
      if (name === "prepare") {
        return (sql: string) => wrapped(target.prepare(sql));
      }
      if (name === "batch") {
        return (statements: D1PreparedStatement[]) => {
          check();
          return target.batch(statements.map((one) => plain.get(one) ?? one));
        };
      }
      return Reflect.get(target, name) as unknown;
    },
  });
}

it("deletes the results of removed rows in batches, and never shows them", async () => {
  // Read as UTF-16, the ASCII lines are one cell.
  const ascii = (text: string) => [...new TextEncoder().encode(text)];
  const head = ascii("Title,ISBN\nA,9780441172719\n").flatMap((byte) => [byte, 0]);
  const lines = Array.from({ length: 2300 }, (_, index) => `Book ${index},\n`);
  const file = new Uint8Array([...head, ...ascii(lines.join(""))]);
  const jobId = await previewed(file, "&encoding=windows-1252");
  const count = async (): Promise<number> =>
    (await env.DB.prepare("SELECT count(*) AS n FROM ImportResults WHERE job_id = ?1")
      .bind(jobId)
      .first<number>("n")) ?? 0;
  const before = await count();
  expect(before).toBeGreaterThan(2000);
  const platform = testPlatform({ env });
  const nothing = async (): Promise<void> => {};
  const outcome = await commitPreview(
    {
      userId: user.userId,
      jobId,
      options: { encoding: "utf-16le" },
      keepAnswer: () => undefined,
    },
    {
      jobs: d1ImportActions(env.DB, platform, memoryLog()),
      again: readAgainDeps(platform, fileReaders()),
      watch: nothing,
      wake: nothing,
      announce: nothing,
      dropFile: nothing,
      chargesOf: async () => ({ kind: "charges", charges: [] }),
      now: Date.now,
    },
  );
  expect(outcome).toMatchObject({ kind: "done", job: { state: "queued" } });
  const { totalRows } = await stateOf(jobId);
  expect(totalRows).toBeLessThan(3);
  const pieces: number[] = [];
  for (let left = await count(); ; left = await count()) {
    pieces.push(left);
    const job = await readJob(env.DB, jobId);
    if (job?.rowsDue === undefined) break;
    const shown = await listed(jobId);
    expect(shown.map((row) => row.outcome)).toEqual(Array(totalRows).fill("notProcessed"));
    await settleRows(env.DB, job);
  }
  expect(pieces[0]).toBe(before);
  expect(pieces.at(-1)).toBe(0);
  const steps = pieces.slice(1).map((left, index) => (pieces[index] ?? 0) - left);
  // The rows of the last chunk, and as many others.
  expect(Math.max(...steps)).toBeLessThanOrEqual(2000);
  expect(steps.length).toBeGreaterThan(1);
});

it("is either a preview or committed, wherever a second reading is killed", async () => {
  for (let calls = 0; calls < 8; calls += 1) {
    user = await newReader();
    const jobId = await previewed();
    const log = memoryLog();
    const platform = testPlatform({ env: { ...env, DB: failing(calls) } });
    const nothing = async (): Promise<void> => {};
    await commitPreview(
      { userId: user.userId, jobId, options: { ratingScale: 10 }, keepAnswer: () => undefined },
      {
        jobs: d1ImportActions(platform.env.DB, platform, log),
        again: readAgainDeps(platform, fileReaders()),
        watch: nothing,
        wake: nothing,
        announce: nothing,
        dropFile: nothing,
        chargesOf: async () => ({ kind: "charges", charges: [] }),
        now: Date.now,
      },
    ).catch(() => undefined);
    const { status, totalRows } = await stateOf(jobId);
    expect(["previewed", "queued"]).toContain(status);
    expect(totalRows).toBe(2);
    const retried = await commit(jobId, { ratingScale: 10 });
    expect(retried.status).toBe(status === "previewed" ? 202 : 409);
    await ended(jobId);
    expect(await shelfOf(user.userId)).toMatchObject([{ rating: 2 }]);
  }
});

describe("kept files", () => {
  const tasks = (now: number) => fileTasks({ env, now: () => now });

  it("are deleted after seven days, and later if a deletion failed after a commit", async () => {
    const [old, committedJob] = [await previewed(), await previewed()];
    await env.DB.prepare("UPDATE ImportJobs SET dry_run = 0 WHERE job_id = ?1")
      .bind(committedJob)
      .run();
    await tasks(Date.now())["sweep_import_files"]?.();
    expect([await isKept(old), await isKept(committedJob)]).toEqual([true, false]);
    await tasks(Date.now() + 7 * DAY_MS)["sweep_import_files"]?.();
    expect(await isKept(old)).toBe(false);
  });

  it("of killed uploads are deleted later, and those of deleted users before their tables are", async () => {
    await env.FILES.put("imports/orphan", "x");
    const hour = Math.ceil(Date.now() / HOUR_MS) * HOUR_MS;
    await tasks(hour)["sweep_orphaned_files"]?.();
    expect(await isKept("orphan")).toBe(true);
    await tasks(hour + 9 * DAY_MS + HOUR_MS / 2)["sweep_orphaned_files"]?.();
    expect(await isKept("orphan")).toBe(true);
    await tasks(hour + 9 * DAY_MS)["sweep_orphaned_files"]?.();
    expect(await isKept("orphan")).toBe(false);
    const jobId = await previewed();
    await dropFilesOf({ db: env.DB, bucket: env.FILES }, [user.userId]);
    expect(await isKept(jobId)).toBe(false);
  });

  it("are not left behind by a refused upload", async () => {
    const before = await keys();
    const refused = await sendFile(user, "a,b\n1,2\n", { query: "?dryRun=true" });
    expect(refused.status).toBe(400);
    expect(await keys()).toEqual(before);
  });

  it("may be larger than a part of an upload", async () => {
    const piece = new Uint8Array(700_001).map((_, index) => index % 251);
    async function* source(): AsyncGenerator<Uint8Array> {
      for (let count = 0; count < 16; count += 1) yield piece;
    }
    const file = keepFile(env.FILES, "large", source(), memoryLog());
    for await (const _piece of file.bytes) expect(file.isKept()).toBe(false);
    expect(file.isKept()).toBe(true);
    let length = 0;
    for await (const part of (await readFile(env.FILES, "large")) ?? []) {
      expect(part[0]).toBe((length % piece.length) % 251);
      length += part.length;
    }
    expect(length).toBe(16 * piece.length);
    await env.FILES.delete("imports/large");
  });
});
