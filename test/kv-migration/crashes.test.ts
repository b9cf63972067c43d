import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { mergeStored } from "../../src/catalogue/domain/merge/merge.ts";
import type { Run, RunKind } from "../../src/kv-migration/domain/run.ts";
import { workOnRun, type WorkDeps } from "../../src/kv-migration/domain/work.ts";
import { d1BookStore } from "../../src/catalogue/storage/books.ts";
import { d1HeldBooks } from "../../src/catalogue/storage/held-books.ts";
import { d1PageWriter } from "../../src/kv-migration/storage/pages.ts";
import { d1MigrationRuns } from "../../src/kv-migration/storage/runs.ts";
import { kvMigrationSource } from "../../src/kv-migration/storage/source.ts";
import { runtimeSecrets } from "../../src/platform/crypto.ts";
import { aBook } from "../support/books.ts";
import { memoryLog } from "../support/fakes.ts";
import { emptiedKeys, emptiedTables, rows, stored } from "../support/migration.ts";
import { mixedKeys } from "../support/mixed-keys.ts";
import { randomOfThisRun, runs } from "../support/properties.ts";

const STARTED = Date.UTC(2026, 10, 22);
const migrations = d1MigrationRuns(env.DB);
let ids = 0;

/** Called before and after each operation on KV and D1. It may throw to simulate a crash. */
type Fault = (operation: "list" | "get" | "read" | "batch", moment: "before" | "after") => void;

function around<Value>(
  operation: Parameters<Fault>[0],
  fault: Fault,
  work: () => Promise<Value>,
): Promise<Value> {
  return (async () => {
    fault(operation, "before");
    const value = await work();
    fault(operation, "after");
    return value;
  })();
}

function workDeps(fault: Fault): WorkDeps {
  const kv = {
    list: (options: KVNamespaceListOptions) =>
      around("list", fault, () => env.BOOK_CACHE.list(options)),
    get: (keys: string[], type: "text") =>
      around("get", fault, () => env.BOOK_CACHE.get(keys, type)),
  } as unknown as KVNamespace;
  const db = {
    prepare: (sql: string) => env.DB.prepare(sql),
    batch: (statements: D1PreparedStatement[]) =>
      around("batch", fault, () => env.DB.batch(statements)),
  } as unknown as D1Database;
  const held = d1HeldBooks(env.DB);
  return {
    source: kvMigrationSource(kv, (text) => runtimeSecrets.sha256(text)),
    held: (isbns) => around("read", fault, () => held(isbns)),
    runs: {
      running: (kind) => migrations.running(kind),
      commit: d1PageWriter(db, () => `page-${(ids += 1)}`),
    },
    pause: async () => {},
    now: () => STARTED + 1000,
  };
}

async function begun(runId: string, kind: RunKind = "migration"): Promise<void> {
  const run = { runId, kind, prefix: "book:isbn:", dryRun: false };
  expect(await migrations.start({ ...run, startedAt: STARTED })).toBeDefined();
}

/** Works until nothing is left, and restarts after each crash. */
async function toTheEnd(
  deps: WorkDeps,
  kind: RunKind = "migration",
): Promise<{ crashes: number; run: Run | undefined }> {
  let crashes = 0;
  for (;;) {
    try {
      if ((await workOnRun({ kind, pages: 1000 }, deps)) === "idle") break;
    } catch {
      crashes += 1;
    }
  }
  return { crashes, run: await migrations.latest(kind) };
}

const endState = async () => ({
  rows: (await rows()).map(({ updated_at: _at, ...row }) => row),
  keys: (await env.DB.prepare("SELECT * FROM MigratedKeys ORDER BY key").all()).results,
  errors: (
    await env.DB.prepare("SELECT run_id, key, reason FROM MigrationErrors ORDER BY key").all()
  ).results,
});

let inKv: object | undefined;

/** Makes these the only values in KV. Runs do not change them, so they may already be stored. */
async function onlyStored(values: Readonly<Record<string, unknown>>): Promise<void> {
  if (inKv === values) return;
  await emptiedKeys();
  await stored(values);
  inKv = values;
}

beforeEach(emptiedTables);

describe("a crash at any step", () => {
  const mix = mixedKeys(250);

  it.each(["list", "get", "read", "batch"] as const)(
    "before or after %s changes neither the result nor the counts",
    async (operation) => {
      await onlyStored(mix.values);
      await begun("r1");
      const calm = await toTheEnd(workDeps(() => {}));
      expect(calm.run).toMatchObject({ status: "completed", counts: mix.expected });
      const due = await endState();

      const tables = ["Books", "MigratedKeys", "MigrationErrors", "MigrationRuns"];
      await env.DB.batch(tables.map((table) => env.DB.prepare(`DELETE FROM ${table}`)));
      await begun("r1");
      const seen = { before: 0, after: 0 };
      const disturbed = await toTheEnd(
        workDeps((at, moment) => {
          if (at !== operation) return;
          seen[moment] += 1;
          // Every third operation, starting with the first: each page crashes, and each completes
          // in the end.
          if (seen[moment] % 3 === 1) throw new Error(`killed ${moment} ${operation}`);
        }),
      );
      expect(disturbed.crashes).toBeGreaterThan(1);
      expect(disturbed.run).toMatchObject({ status: "completed", counts: mix.expected });
      expect(await endState()).toEqual(due);
    },
  );

  describe("of a random sequence", () => {
    const runId = "r1";
    // Two pages, so that a sequence is cheap.
    const few = mixedKeys(120);
    let due: object;
    beforeAll(async () => {
      await emptiedTables();
      await onlyStored(few.values);
      await begun(runId);
      await toTheEnd(workDeps(() => {}));
      due = await endState();
    });

    it.each(Array.from({ length: runs(20) }, (_, index) => index))(
      "changes neither the result nor the counts (sequence %i)",
      async (index) => {
        const random = randomOfThisRun(index);
        let left = 1 + Math.floor(random() * 9);
        await onlyStored(few.values);
        await begun(runId);
        const { crashes, run } = await toTheEnd(
          workDeps((at, moment) => {
            left -= 1;
            if (random() * 5 < 1 || left === 0) throw new Error(`killed ${moment} ${at}`);
          }),
        );
        expect(crashes).toBeGreaterThan(0);
        expect(run).toMatchObject({ status: "completed", counts: few.expected });
        expect(await endState()).toEqual(due);
      },
    );
  });

  it("does not make a validation count a key or report a difference twice", async () => {
    await onlyStored(mix.values);
    await begun("r1");
    await toTheEnd(workDeps(() => {}));
    const changed = await env.DB.prepare(
      "UPDATE Books SET page_count = 1 WHERE rowid % 7 = 0",
    ).run();
    await begun("v1", "validation");
    const calm = await toTheEnd(
      workDeps(() => {}),
      "validation",
    );
    expect(calm.run?.counts.failed).toBeGreaterThanOrEqual(changed.meta.changes);
    await begun("v2", "validation");
    let operations = 0;
    const disturbed = await toTheEnd(
      workDeps((at, moment) => {
        operations += 1;
        // A page has eight operations, so each completes in the end.
        if (operations % 13 === 0) throw new Error(`killed ${moment} ${at}`);
      }),
      "validation",
    );
    expect(disturbed.crashes).toBeGreaterThan(1);
    const { counts, shapes, reasons } = disturbed.run ?? {};
    expect({ counts, shapes, reasons }).toEqual({
      counts: calm.run?.counts,
      shapes: calm.run?.shapes,
      reasons: calm.run?.reasons,
    });
    const faultsOf = async (runId: string) =>
      (
        await env.DB.prepare(
          "SELECT key, reason, detail FROM MigrationErrors WHERE run_id = ?1 ORDER BY id",
        )
          .bind(runId)
          .all()
      ).results;
    expect(await faultsOf("v2")).toEqual(await faultsOf("v1"));
  });

  it("does not let two workers count a page twice", async () => {
    await onlyStored(mix.values);
    await begun("r1");
    await Promise.all([toTheEnd(workDeps(() => {})), toTheEnd(workDeps(() => {}))]);
    expect(await migrations.latest("migration")).toMatchObject({ counts: mix.expected });
  });
});

it("costs ten bulk reads and ten batches for a thousand keys", async () => {
  const values = Object.fromEntries(
    Object.entries(mixedKeys(1000, 300_000_000).values).slice(0, 1000),
  );
  await onlyStored(values);
  await begun("r1");
  const count = { list: 0, get: 0, read: 0, batch: 0 };
  await toTheEnd(
    workDeps((operation, moment) => void (count[operation] += moment === "before" ? 1 : 0)),
  );
  expect(await migrations.latest("migration")).toMatchObject({ counts: { listed: 1000 } });
  expect(count.get).toBeLessThanOrEqual(10);
  expect(count.batch).toBeLessThanOrEqual(10);
  expect(count.read).toBeLessThanOrEqual(10);
});

it("lets live writers of the same books win", async () => {
  const mix = mixedKeys(120, 400_000_000);
  await onlyStored(mix.values);
  await begun("r1");
  const isbns = [
    ...new Set(
      Object.keys(mix.values)
        .map((key) => key.slice(10))
        .filter((isbn) => isbn.length === 13),
    ),
  ].slice(0, 12);
  const store = d1BookStore(env.DB, memoryLog());
  const written = new Map<string, string>();
  const live = async (isbn: string, round: number): Promise<void> => {
    const fetchedAt = STARTED + 10_000 + round;
    const { isbn10: _other, ...plain } = aBook({
      isbn,
      title: `Live ${round}`,
      updatedAt: new Date(fetchedAt).toISOString(),
      sources: [
        {
          provider: "openlibrary",
          fetchedAt: new Date(fetchedAt).toISOString(),
          fields: ["title"],
        },
      ],
    });
    for (;;) {
      const found = await store.find(isbn);
      const row = found.kind === "hit" ? found.stored : undefined;
      const book = row ? mergeStored(row.book, plain) : plain;
      const saved = await store.save({ book, fetchedAt, freshUntil: fetchedAt }, row?.version);
      expect(saved).not.toBe("failed");
      if (saved === "saved") break;
    }
    written.set(isbn, `Live ${round}`);
  };
  const migration = { on: true };
  const hammer = (async () => {
    for (let round = 0; migration.on; round += 1) {
      await Promise.all(isbns.map((isbn) => live(isbn, round)));
    }
  })();
  const { run } = await toTheEnd(workDeps(() => {}));
  migration.on = false;
  await hammer;
  expect(run).toMatchObject({ status: "completed", counts: mix.expected });
  for (const [isbn, title] of written) {
    expect(await store.find(isbn)).toMatchObject({ stored: { book: { title } } });
  }
});
