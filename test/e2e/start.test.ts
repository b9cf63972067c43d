import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { migrationFiles } from "../../scripts/local/migrations.ts";
import { checkout, type Checkout } from "../tools/checkout.ts";
import { watchLocalD1, withLocalD1 } from "../tools/local-d1.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { wrangler, wranglerIn } from "../tools/wrangler-cli.ts";
import { isOver, libraryOf, newReader, reached, snapshot, uploaded } from "./import-support.ts";
import { eventually, temporaryState } from "./support.ts";

const LONG_MS = 400_000;
const ROWS = 6_000;
const ALL = migrationFiles("migrations");
const NOTHING_TO_APPLY = "No migrations to apply";

const books = generatedBooks(150, 77);
const running: ServiceProcess[] = [];
let project: Checkout;
let standIn: StandIn;

const start = async (stateDir: string): Promise<ServiceProcess> => {
  const env = { ...standIn.env, ...NO_LIMITS };
  const service = await startService({ project: project.path, stateDir, env });
  running.push(service);
  return service;
};
const addMigration = (name: string, sql: string): void =>
  writeFileSync(join(project.path, "migrations", name), sql);
const appliedIn = (stateDir: string): unknown[] =>
  withLocalD1(stateDir, (db) =>
    db
      .prepare("SELECT name FROM d1_migrations ORDER BY id")
      .all()
      .map(({ name }) => name),
  );
const tablesIn = (stateDir: string): unknown[] =>
  withLocalD1(stateDir, (db) =>
    db
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table'")
      .all()
      .map(({ name }) => name),
  );
const listed = (stateDir: string): Promise<string> =>
  wranglerIn(project.path, stateDir, "d1", "migrations", "list", "DB");

beforeAll(async () => {
  project = checkout();
  standIn = await startStandIn({ books });
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill9();
});
afterAll(async () => {
  await standIn.close();
  project.remove();
});

describe("a migration added between two starts", () => {
  const state = temporaryState();
  afterAll(() => state.remove());

  it(
    "is applied after a kill -9 during an import, which then completes without data loss",
    async () => {
      let { url, ...service } = await start(state.path);
      const reader = await newReader(url);
      const rows = Array.from({ length: ROWS }, (_, index) => {
        const { title, isbn13 } = books[index % books.length]!;
        return `"${title}",${isbn13},read,tag-${index % 7}`;
      });
      const file = ["Title,ISBN13,Exclusive Shelf,Bookshelves", ...rows].join("\n");
      const { jobId } = await uploaded(url, reader, file);
      const db = watchLocalD1(state.path);
      await reached(db, reader, ({ next_chunk: next }) => next >= 2);
      await service.kill9();
      expect(db.prepare("SELECT state FROM ImportJobs").all()).toEqual([{ state: "processing" }]);
      db.close();

      addMigration(
        "9000_later.sql",
        `CREATE TABLE Later (note TEXT);
         CREATE TRIGGER later AFTER INSERT ON Later BEGIN SELECT 1; SELECT 2; END;
         ALTER TABLE ImportJobs ADD COLUMN later INTEGER NOT NULL DEFAULT 7; -- the end`,
      );
      ({ url, ...service } = await start(state.path));
      expect(service.output()).toContain("Updating the database (1 migration) ...");
      const job = await eventually(() => snapshot(url, reader, jobId), isOver);
      expect(job).toMatchObject({
        status: "completed",
        totalRows: ROWS,
        processedRows: ROWS,
        enrichment: { done: books.length, pending: 0 },
      });
      const library = await libraryOf(url, reader, jobId);
      for (const { isbn13 } of books) expect(library.join("\n")).toContain(isbn13);
      expect(await service.stop()).toBe(0);
      expect(appliedIn(state.path)).toEqual([...ALL, "9000_later.sql"]);
      withLocalD1(state.path, (database) =>
        expect(database.prepare("SELECT later FROM ImportJobs").all()).toEqual([{ later: 7 }]),
      );
    },
    LONG_MS,
  );

  it("is recorded, so that wrangler has nothing to apply", async () => {
    expect(await listed(state.path)).toContain(NOTHING_TO_APPLY);
    addMigration("9001_unseen.sql", "CREATE TABLE Unseen (note TEXT);");
    expect(await listed(state.path)).toContain("9001_unseen.sql");
  });

  it(
    "prevents the start if it fails: earlier ones are applied, it is rolled back, and it can be fixed",
    async () => {
      addMigration(
        "9002_broken.sql",
        "CREATE TABLE Half (note TEXT); INSERT INTO NoTable VALUES (1);",
      );
      addMigration("9003_after.sql", "CREATE TABLE After (note TEXT);");
      const failed = await start(state.path).catch((error: Error) => error.message);
      expect(failed).toContain("exited with code 1");
      expect(failed).toContain(
        "Updating the database failed in migrations/9002_broken.sql: no such table: NoTable",
      );
      expect(failed).not.toMatch(/^\s+at /m);
      expect(appliedIn(state.path)).toEqual([...ALL, "9000_later.sql", "9001_unseen.sql"]);
      expect(tablesIn(state.path)).toContain("Unseen");
      expect(tablesIn(state.path)).not.toContain("Half");

      addMigration("9002_broken.sql", "CREATE TABLE Half (note TEXT);");
      const { url, output } = await start(state.path);
      expect(output()).toContain("Updating the database (2 migrations) ...");
      expect((await fetch(`${url}/health`)).status).toBe(200);
      expect(tablesIn(state.path)).toEqual(expect.arrayContaining(["Half", "After"]));
    },
    LONG_MS,
  );
});

it(
  "a state that wrangler has migrated is used unchanged",
  async () => {
    const state = temporaryState();
    await wrangler(state.path, "d1", "migrations", "apply", "DB");
    const service = await startService({ stateDir: state.path });
    running.push(service);
    expect(service.output()).not.toContain("Updating the database");
    expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    await service.stop();
    expect(appliedIn(state.path)).toEqual(ALL);
    state.remove();
  },
  LONG_MS,
);
