import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { readD1Migrations } from "@cloudflare/vitest-plugin";
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { afterAll, afterEach, expect, it } from "vitest";
import { unstable_getVarsForDev } from "wrangler";
import type { DatabaseDescription } from "../../scripts/local/build/description.ts";
import { DATABASE_WORKER, databaseBehind } from "../../scripts/local/database-worker.ts";
import {
  applyMigrations,
  databaseFile,
  migrationFiles,
  pendingMigrations,
  refuseNewerState,
  type MigratedDatabase,
} from "../../scripts/local/migrations.ts";
import { devVars } from "../../scripts/local/dev-vars.ts";

const DATABASE: DatabaseDescription = {
  id: "an-id",
  migrationsDir: "migrations",
  migrationsTable: "d1_migrations",
};
const ALL = migrationFiles("migrations");

const folder = mkdtempSync(join(tmpdir(), "bookstrack-migrations-"));
const open: Miniflare[] = [];
afterEach(async () => {
  for (const miniflare of open.splice(0)) await miniflare.dispose();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function database(stateDir: string): Promise<MigratedDatabase> {
  const miniflare = new Miniflare({
    ...convertV4MiniflareOptions({
      modules: true,
      script: DATABASE_WORKER,
      d1Databases: { DB: { id: DATABASE.id } },
      cf: false,
    }),
    resourcePersistencePath: join(stateDir, "v3"),
  });
  open.push(miniflare);
  return databaseBehind(miniflare);
}

it("resumes after an interruption between two files", async () => {
  const stateDir = join(folder, "state");
  expect(pendingMigrations(stateDir, DATABASE)).toEqual(ALL);
  const db = await database(stateDir);
  const controller = new AbortController();
  let batches = 0;
  const cut: MigratedDatabase = {
    prepare: (sql) => db.prepare(sql),
    batch: (statements) => {
      batches += 1;
      // The first batch creates the table of migrations.
      if (batches === 4) controller.abort();
      return db.batch(statements);
    },
  };
  await expect(applyMigrations(cut, DATABASE, controller.signal)).rejects.toThrow("aborted");
  expect(pendingMigrations(stateDir, DATABASE)).toEqual(ALL.slice(3));
  await applyMigrations(db, DATABASE);
  expect(pendingMigrations(stateDir, DATABASE)).toEqual([]);
});

it("reads exactly the file that Miniflare writes", async () => {
  const stateDir = join(folder, "another");
  await applyMigrations(await database(stateDir), DATABASE);
  expect(pendingMigrations(stateDir, DATABASE)).toEqual([]);
  expect(pendingMigrations(stateDir, { ...DATABASE, id: "another-id" })).toEqual(ALL);
});

it("refuses to start on a damaged database, and advises to restore it", async () => {
  const stateDir = join(folder, "damaged");
  const db = await database(stateDir);
  await applyMigrations(db, DATABASE);
  await open.pop()?.dispose();
  const file = databaseFile(stateDir, DATABASE.id);
  const written = new DatabaseSync(file);
  written.exec("PRAGMA journal_mode = DELETE");
  written.close();
  const whole = readFileSync(file);
  // A file that is not a database, and a database without its pages after the first.
  for (const broken of [Buffer.alloc(8192, 1), whole.subarray(0, 4096)]) {
    writeFileSync(file, broken);
    for (const read of [pendingMigrations, refuseNewerState]) {
      expect(() => read(stateDir, DATABASE)).toThrow(
        /^The database .* is damaged: .*npm run restore/,
      );
    }
  }
});

it("applies the same files as wrangler, in the same order", async () => {
  const files = ["10_b.sql", "9_a.sql", "0011_c.sql", "late.sql", "Early.sql", "0011_a.sql"];
  const others = [".hidden.sql", "readme.md"];
  const named = join(folder, "named");
  mkdirSync(join(named, "folder.sql"), { recursive: true });
  for (const name of [...files, ...others]) writeFileSync(join(named, name), "SELECT 1;");
  const wranglers = (await readD1Migrations(named)).map(({ name }) => name);
  expect(wranglers).toHaveLength(files.length);
  expect(migrationFiles(named)).toEqual(wranglers);
});

it("parses .dev.vars as wrangler does", () => {
  const path = join(folder, ".dev.vars");
  const text = `
# a comment
ADMIN_TOKEN=plain # behind it
METRICS_TOKEN="quoted # kept"
export GOOGLE_BOOKS_API_KEY='single'
PROVIDER_LIMITS={"openlibrary":{"perSecond":3}}
RATE_LIMITS='{"search":100}'
EMPTY=
SPACED = value with spaces
LINES="one
two"
`;
  writeFileSync(path, text);
  const wranglers = unstable_getVarsForDev(
    join(folder, "wrangler.jsonc"),
    undefined,
    {},
    undefined,
    true,
  );
  expect(devVars(folder)).toEqual(
    Object.fromEntries(
      Object.entries(wranglers).map(([name, binding]) => [
        name,
        "value" in binding ? binding.value : undefined,
      ]),
    ),
  );
  expect(Object.keys(devVars(folder))).toHaveLength(8);
  expect(devVars(join(folder, "nowhere"))).toEqual({});
});
