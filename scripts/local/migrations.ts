import { createHash, createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import packageJson from "../../package.json" with { type: "json" };
import type { DatabaseDescription } from "./build/description.ts";
import { LaunchError } from "./launch-error.ts";
import { PROJECT_ROOT } from "./settings.ts";

/** How long to wait while another program has the file locked. */
const BUSY_MS = 5_000;

/**
 * The part of a D1 database that migrations need, which Miniflare's types lack without the
 * workers-types package.
 */
export interface MigratedDatabase {
  prepare(sql: string): Statement;
  batch(statements: Statement[]): Promise<unknown>;
}

interface Statement {
  all(): Promise<{ results: Record<string, unknown>[] }>;
}

/**
 * Names of the migrations that are not yet applied to the local database, in order. Nothing may be
 * running on the state folder.
 */
export function pendingMigrations(stateDir: string, database: DatabaseDescription): string[] {
  const applied = new Set(appliedIn(databaseFile(stateDir, database.id), database));
  return migrationFiles(join(PROJECT_ROOT, database.migrationsDir)).filter(
    (name) => !applied.has(name),
  );
}

/**
 * Refuses a database that a newer version has migrated: this version would misread it, and could not migrate it. Nothing may be
 * running on the state folder.
 * @throws LaunchError with the unknown migrations and what to do
 */
export function refuseNewerState(stateDir: string, database: DatabaseDescription): void {
  const known = new Set(migrationFiles(join(PROJECT_ROOT, database.migrationsDir)));
  const unknown = appliedIn(databaseFile(stateDir, database.id), database).filter(
    (name) => !known.has(name),
  );
  if (unknown.length === 0) return;
  throw new LaunchError(
    `The data in ${stateDir} belongs to a newer version: its database has ${unknown.join(", ")}, ` +
      `which version ${packageJson.version} does not know. Nothing was changed. Start the newer version, ` +
      "or restore a backup that was made before its upgrade (docs/upgrade.md).",
  );
}

/**
 * SQLite's codes SQLITE_CORRUPT and SQLITE_NOTADB; extended codes add bits above the lowest byte.
 */
const DAMAGE = [11, 26];

const isDamage = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && DAMAGE.includes(Number(error.errcode) & 0xff);

/**
 * Reads the names of the applied migrations from the file itself, because starting workerd for that would cost as much as the
 * rest of a start. Empty if there is no such file or table.
 * @throws LaunchError if the file is damaged
 */
function appliedIn(file: string, { migrationsTable }: DatabaseDescription): string[] {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
    const rows = database.prepare(`SELECT name FROM ${identifier(migrationsTable)}`).all();
    return rows.map(({ name }) => String(name));
  } catch (error) {
    if (isDamage(error)) {
      throw new LaunchError(
        `The database ${file} is damaged: ${reason(error)}. Nothing was changed. ` +
          "Restore a backup: npm run restore -- FILE --replace (docs/backup.md).",
      );
    }
    return [];
  } finally {
    database?.close();
  }
}

/** Path of a D1 database in Miniflare's storage: the file of a Durable Object, named after a hash of the database's id. */
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
 * Applies the pending migrations to a local database in wrangler's order and records them as wrangler does, so that `wrangler d1
 * migrations` sees the same state. Each file and its record are one transaction, so after a failure or a kill the next start
 * resumes with the first unrecorded file.
 * @param signal stops before the next file
 * @throws LaunchError with the file that failed and the reason
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
      // Both in one text, as in wrangler. SQLite finds where each statement ends.
      const record = `INSERT INTO ${table} (name)\nvalues ('${name.replaceAll("'", "''")}');`;
      await database.batch([database.prepare(`${sql}\n${record}`)]);
    } catch (error) {
      throw new LaunchError(
        `Updating the database failed in ${join(migrationsDir, name)}: ${reason(error)}\n` +
          "The earlier files are applied; nothing of this file is. Fix it and start again.",
      );
    }
  }
}

/** Names of the migrations in a folder, in the order in which wrangler applies them. */
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

/** The same statement as wrangler's. */
const createTable = (table: string): string => `CREATE TABLE IF NOT EXISTS ${table}(
\t\tid         INTEGER PRIMARY KEY AUTOINCREMENT,
\t\tname       TEXT UNIQUE,
\t\tapplied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL
);`;

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

const reason = (error: unknown): string =>
  error instanceof Error ? error.message.replace(/^D1_ERROR: /, "") : String(error);
