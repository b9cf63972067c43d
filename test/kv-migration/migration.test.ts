import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { isbn13CheckDigit } from "../../src/catalogue/domain/isbn/isbn.ts";

import { kvMigrationSource } from "../../src/kv-migration/storage/source.ts";
import { migrationTasks } from "../../src/kv-migration/module.ts";
import { migrationWork } from "../../src/kv-migration/run-work.ts";
import { runtimeSecrets } from "../../src/platform/crypto.ts";
import { memoryLog } from "../support/fakes.ts";
import { testPlatform } from "../support/platform.ts";
import {
  emptied,
  errors,
  migrated,
  migrationStatus,
  post,
  rows,
  stored,
  validated,
} from "../support/migration.ts";
import { mixedKeys } from "../support/mixed-keys.ts";
import { waitFor } from "../support/wait.ts";

/** The ISBN-13 of a nine-digit number. */
function numbered(number: number): string {
  const twelve = `978${number}`;
  return `${twelve}${isbn13CheckDigit(twelve)}`;
}

beforeEach(emptied);

describe("a migration of every shape of key", () => {
  const mix = mixedKeys(230);

  it("counts every key, validates without a difference, and has nothing to do the second time", async () => {
    await stored(mix.values);
    expect(await migrated()).toMatchObject({
      status: "completed",
      ...mix.expected,
      unchanged: 0,
      dryRun: false,
      totalMigrated: mix.expected.migrated,
      totalErrors: mix.expected.failed,
    });
    const before = await rows();
    expect(before).toHaveLength(mix.books);
    const faults = await errors("?limit=500");
    expect(faults.items).toHaveLength(mix.expected.failed);
    expect(new Set(faults.items.map(({ reason }) => reason))).toEqual(
      new Set(["not_json", "no_title"]),
    );

    const check = await validated();
    expect(check).toMatchObject({ status: "completed", valid: true, different: 0, superseded: 23 });
    expect(check.same + check.superseded + check.skipped).toBe(mix.expected.listed);

    expect(await migrated()).toMatchObject({
      ...mix.expected,
      migrated: 0,
      unchanged: mix.expected.migrated,
    });
    expect(await rows()).toEqual(before);
  });

  it("writes nothing in a dry run, and predicts the result of the run", async () => {
    await stored(mix.values);
    const dry = await migrated("?dryRun=true");
    expect(dry).toMatchObject({ dryRun: true, ...mix.expected, unchanged: 0 });
    expect(dry.firstFailures).toHaveLength(10);
    expect(dry.estimatedSeconds).toBeGreaterThan(0);
    expect(await rows()).toEqual([]);
    expect(await env.DB.prepare("SELECT count(*) AS n FROM MigratedKeys").first("n")).toBe(0);
    const { shapes, reasons } = await migrated();
    expect({ shapes, reasons }).toEqual({ shapes: dry.shapes, reasons: dry.reasons });
  });

  it("misses no key, although KV orders names by bytes and JavaScript by UTF-16 units", async () => {
    const late = Array.from(
      { length: 100 },
      (_, n) => `book:isbn:\uFF5E${String(n).padStart(3, "0")}`,
    );
    const last = ["book:isbn:\u{1F4A9}", "book:isbn:\u{1F4A9}z"];
    const names = [...late, ...last];
    await stored(Object.fromEntries(names.map((name) => [name, { title: "No book's key" }])));
    expect(await migrated()).toMatchObject({
      status: "completed",
      listed: 102,
      failed: 102,
      lastProcessedKey: last[1],
    });
  });

  it("pages through the failures", async () => {
    await stored(mix.values);
    await migrated();
    const keys: string[] = [];
    let query = "?limit=20";
    for (;;) {
      const page = await errors(query);
      expect(page.items.length).toBeLessThanOrEqual(20);
      keys.push(...page.items.map(({ key }) => key));
      if (page.nextCursor === undefined) break;
      query = `?limit=20&cursor=${page.nextCursor}`;
    }
    expect(new Set(keys).size).toBe(mix.expected.failed);
    expect(keys).toHaveLength(mix.expected.failed);
  });
});

describe("the keys of one book", () => {
  const isbn13 = "book:isbn:9780306406157";
  const isbn10 = "book:isbn:0306406152";
  const bookOf = async (): Promise<unknown> => {
    const [row] = await rows();
    return row && JSON.parse(String(row["canonical_metadata"]));
  };

  it("become one row: the ISBN-13 key wins, the other one fills blanks", async () => {
    await stored({ [isbn13]: { title: "Thirteen" }, [isbn10]: { title: "Ten", pageCount: 10 } });
    expect(await migrated()).toMatchObject({ listed: 2, migrated: 2 });
    expect(await rows()).toHaveLength(1);
    expect(await bookOf()).toMatchObject({ title: "Thirteen", pageCount: 10 });
  });

  it("are ranked by date before spelling, in any order of runs", async () => {
    const newer = { data: { title: "Ten" }, cachedAt: "2025-03-01T00:00:00Z" };
    await stored({ [isbn10]: newer });
    await migrated();
    await stored({ [isbn13]: { data: { title: "Thirteen" }, cachedAt: "2024-03-01T00:00:00Z" } });
    await migrated();
    expect(await bookOf()).toMatchObject({ title: "Ten" });
    expect((await validated()).valid).toBe(true);
  });

  it("have no date in the future, which would outrank every later answer", async () => {
    await stored({ [isbn13]: { data: { title: "From 2099" }, cachedAt: "2099-01-01T00:00:00Z" } });
    const { startedAt } = await migrated();
    expect(await bookOf()).toMatchObject({ updatedAt: startedAt });
  });

  it("are migrated again after a change to the transform", async () => {
    const value = JSON.stringify({ title: "Thirteen", publisher: "Ace" });
    await stored({ [isbn13]: value });
    await migrated();
    // The result of an earlier transform that misread the title and hashed only the value.
    await env.DB.batch([
      env.DB.prepare(
        `UPDATE Books SET title = 'Misread',
           canonical_metadata = json_set(canonical_metadata, '$.title', 'Misread')`,
      ),
      env.DB.prepare("UPDATE MigratedKeys SET content_hash = ?1").bind(
        await runtimeSecrets.sha256(value),
      ),
    ]);
    expect(await validated()).toMatchObject({ valid: false, differences: { differs: 1 } });
    expect(await migrated()).toMatchObject({ migrated: 1, unchanged: 0 });
    expect(await bookOf()).toMatchObject({ title: "Thirteen", publisher: "Ace" });
    expect(await validated()).toMatchObject({ valid: true });
    expect(await migrated()).toMatchObject({ migrated: 0, unchanged: 1 });
  });

  it("are migrated again when their row was deleted", async () => {
    await stored({ [isbn13]: { title: "Thirteen" }, [isbn10]: { title: "Ten", pageCount: 10 } });
    await migrated();
    await env.DB.prepare("DELETE FROM Books").run();
    expect(await migrated()).toMatchObject({ migrated: 2, unchanged: 0 });
    expect(await bookOf()).toMatchObject({ title: "Thirteen", pageCount: 10 });
  });
});

describe("large values", () => {
  it("are migrated, although a page of them exceeds the limit of one KV read", async () => {
    const filler = "x".repeat(300_000);
    const isbns = Array.from({ length: 100 }, (_, n) => numbered(500_000_000 + n));
    for (const isbn of isbns) {
      await stored({ [`book:isbn:${isbn}`]: { title: `Large ${isbn}`, filler } });
    }
    expect(await migrated()).toMatchObject({ status: "completed", listed: 100, migrated: 100 });
  });
});

describe("one run at a time", () => {
  it("refuses a second one while one is running or paused; the first can be resumed or cancelled", async () => {
    await env.DB.prepare(
      `INSERT INTO MigrationRuns (run_id, kind, status, prefix, started_at, updated_at)
       VALUES ('r1', 'migration', 'paused', 'book:isbn:', 1, 1)`,
    ).run();
    expect((await post("migrate-kv-to-d1")).status).toBe(409);
    expect((await post("migration/pause")).status).toBe(409);
    expect(await (await post("migration/cancel")).json()).toEqual({
      runId: "r1",
      status: "cancelled",
    });
    expect((await post("migration/resume")).status).toBe(409);
    expect(await migrationStatus()).toMatchObject({ status: "cancelled", runId: "r1" });
    expect(await migrated()).toMatchObject({ status: "completed", listed: 0 });
  });

  it("reports that there has been none", async () => {
    expect(await migrationStatus()).toMatchObject({ status: "not_started", listed: 0 });
    expect((await post("migration/pause")).status).toBe(409);
    expect(await errors()).toEqual({ items: [] });
  });

  it("continues where it was paused", async () => {
    const mix = mixedKeys(230, 200_000_000);
    await stored(mix.values);
    await post("migrate-kv-to-d1");
    await post("migration/pause");
    const paused = await migrationStatus();
    expect(["paused", "completed"]).toContain(paused.status);
    const end = paused.status === "paused" ? await migrated("?resume=true") : paused;
    expect(end).toMatchObject({ status: "completed", runId: paused.runId, ...mix.expected });
  });
});

describe("resuming", () => {
  const paused = (dryRun: boolean, prefix = "book:isbn:") =>
    env.DB.prepare(
      `INSERT INTO MigrationRuns (run_id, kind, status, prefix, dry_run, started_at, updated_at)
       VALUES ('r1', 'migration', 'paused', ?1, ?2, 1, 1)`,
    )
      .bind(prefix, Number(dryRun))
      .run();

  it.each([
    {
      asked: "a dry run",
      of: "the real run",
      dryRun: false,
      query: "?resume=true&dryRun=true",
    },
    { asked: "the real run", of: "a dry run", dryRun: true, query: "?resume=true" },
    {
      asked: "a run over other keys",
      of: "a run",
      dryRun: false,
      query: "?resume=true&prefix=old:",
    },
  ])("never turns $of that is paused into $asked", async ({ dryRun, query }) => {
    await stored({ "book:isbn:9780306406157": { title: "Not asked for" } });
    await paused(dryRun);
    const refused = await post(`migrate-kv-to-d1${query}`);
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({
      detail: expect.stringContaining(
        `${dryRun ? "dry run" : "migration"} over the keys book:isbn:*`,
      ),
    });
    expect(await migrationStatus()).toMatchObject({ status: "paused", runId: "r1", listed: 0 });
    expect(await rows()).toEqual([]);
  });

  it("resumes a dry run as a dry run", async () => {
    await stored({ "book:isbn:9780306406157": { title: "Dry run" } });
    await paused(true);
    expect(await migrated("?resume=true&dryRun=true")).toMatchObject({
      status: "completed",
      runId: "r1",
      dryRun: true,
      migrated: 1,
    });
    expect(await rows()).toEqual([]);
  });
});

describe("a run that keeps failing", () => {
  const open = `INSERT INTO MigrationRuns (run_id, kind, status, prefix, started_at, updated_at, cursor, last_key, step)
    VALUES ('r1', 'migration', 'running', 'book:isbn:', 1, 1, ?1, ?2, 1)`;
  const work = () => migrationWork(testPlatform({ log: memoryLog(), now: () => 1000 }));

  it("reports its error, eventually fails, and can then be resumed", async () => {
    await env.DB.prepare(open).bind(null, null).run();
    expect(await work().failed("migration", new Error("KV is unavailable"), 1)).toBe(true);
    expect(await migrationStatus()).toMatchObject({
      status: "running",
      error: "KV is unavailable",
    });
    expect(await work().failed("migration", new Error("KV is unavailable"), 100)).toBe(false);
    expect(await migrationStatus()).toMatchObject({ status: "failed", error: "KV is unavailable" });
    const end = await migrated("?resume=true");
    expect(end).toMatchObject({ status: "completed", runId: "r1" });
    expect(end.error).toBeUndefined();
  });

  it("is restarted when it has no alarm", async () => {
    await stored({ "book:isbn:9780306406157": { title: "Late" } });
    await env.DB.prepare(open).bind(null, null).run();
    await migrationTasks(env)["keep_runs_going"]?.();
    await waitFor(async () => {
      expect(await migrationStatus()).toMatchObject({ status: "completed", listed: 1 });
    });
  });

  it("continues after its last key when KV rejects its expired cursor", async () => {
    const [first, second] = ["book:isbn:9780306406157", "book:isbn:9780441172719"];
    await stored({ [first]: { title: "Done" }, [second]: { title: "Not yet" } });
    const kv = {
      list: (options: KVNamespaceListOptions) =>
        options.cursor === undefined
          ? env.BOOK_CACHE.list(options)
          : Promise.reject(new Error("KV GET failed: 400 Invalid cursor")),
    } as unknown as KVNamespace;
    const source = kvMigrationSource(kv, async () => "");
    const page = { prefix: "book:isbn:", cursor: "expired", lastKey: first, limit: 100 };
    expect(await source.list(page)).toEqual({ keys: [second] });
  });
});
