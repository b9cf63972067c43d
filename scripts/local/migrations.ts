import { createHash, createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { DatabaseDescription } from "./build/description.ts";
import { LaunchError } from "./launch-error.ts";
import { PROJECT_ROOT } from "./settings.ts";

/** How long the file is waited for when another program reads it. */
const BUSY_MS = 5_000;

/** As much of a D1 database as migrations need; Miniflare's types lose it without the workers-types package. */
export interface MigratedDatabase {
  prepare(sql: string): Statement;
  batch(statements: Statement[]): Promise<unknown>;
}

interface Statement {
  all(): Promise<{ results: Record<string, unknown>[] }>;
}

/** The names of the migrations that the local database in a state folder on which nothing runs has not seen, in their order. */
export function pendingMigrations(stateDir: string, database: DatabaseDescription): string[] {
  const applied = new Set(appliedIn(databaseFile(stateDir, database.id), database));
  return migrationFiles(join(PROJECT_ROOT, database.migrationsDir)).filter(
    (name) => !applied.has(name),
  );
}

/** Read from the file: to start workerd for it would cost as much as the rest of a start. Nothing while there is no such table. */
function appliedIn(file: string, { migrationsTable }: DatabaseDescription): string[] {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
    const rows = database.prepare(`SELECT name FROM ${identifier(migrationsTable)}`).all();
    return rows.map(({ name }) => String(name));
  } catch {
    // Whatever is wrong with the file, `applyMigrations` asks the database itself and says it.
    return [];
  } finally {
    database?.close();
  }
}

/** Where Miniflare keeps a D1 database: in the file of a Durable Object, which is named after a hash of its id. */
export function databaseFile(stateDir: string, id: string): string {
  const kind = "miniflare-D1DatabaseObject";
  const key = createHash("sha256").update(kind).digest();
  const hmac = (data: string | Buffer): Buffer =>
    createHmac("sha256", key).update(data).digest().subarray(0, 16);
  const name = hmac(id);
  const file = Buffer.concat([name, hmac(name)]).toString("hex");
  return join(stateDir, "v3/d1", kind, `${file}.sqlite`);
}

/**
 * Applies the migrations that a local database has not seen yet, in wrangler's order and with wrangler's record of them, so that
 * `wrangler d1 migrations` agrees. A file and its record are one transaction: after a failure or a kill the next start resumes
 * with the first file that is not recorded.
 * @param signal ends the work between two files
 * @throws LaunchError that names the file that failed and says why
 */
export async function applyMigrations(
  database: MigratedDatabase,
  { migrationsDir, migrationsTable }: DatabaseDescription,
  signal?: AbortSignal,
): Promise<void> {
  const folder = join(PROJECT_ROOT, migrationsDir);
  const table = identifier(migrationsTable);
  await database.batch([database.prepare(createTable(table))]);
  const { results } = await database.prepare(`SELECT name FROM ${table}`).all();
  const applied = new Set(results.map(({ name }) => name));
  for (const name of migrationFiles(folder).filter((file) => !applied.has(file))) {
    signal?.throwIfAborted();
    try {
      const sql = readFileSync(join(folder, name), "utf8");
      // One text, as wrangler makes it of the two; the local database leaves it to SQLite to tell where a statement ends.
      const record = `INSERT INTO ${table} (name)\nvalues ('${name.replaceAll("'", "''")}');`;
      await database.batch([database.prepare(`${sql}\n${record}`)]);
    } catch (error) {
      throw new LaunchError(
        `Updating the database failed in ${join(migrationsDir, name)}: ${reason(error)}\n` +
          "Nothing of this file is applied; the files before it are. Correct it and start again.",
      );
    }
  }
}

/** The names of the migrations in a folder, in the order in which wrangler applies them. */
export const migrationFiles = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^[^.].*\.sql$/.test(entry.name))
    .map(({ name }) => name)
    .toSorted((a, b) => byNumber(a, b) || (a < b ? -1 : 1));

/** Files without a leading number come last. */
function byNumber(a: string, b: string): number {
  const [first, second] = [a, b].map((name) => Number.parseInt(name, 10));
  if (Number.isNaN(first) || Number.isNaN(second)) {
    return Number(Number.isNaN(first)) - Number(Number.isNaN(second));
  }
  return (first ?? 0) - (second ?? 0);
}

/** To the letter as wrangler creates it. */
const createTable = (table: string): string => `CREATE TABLE IF NOT EXISTS ${table}(
\t\tid         INTEGER PRIMARY KEY AUTOINCREMENT,
\t\tname       TEXT UNIQUE,
\t\tapplied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);`;

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const reason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^D1_ERROR: /, "") : String(error);
