import { createHash } from "node:crypto";
import { createReadStream, existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { LaunchError } from "../local/launch-error.ts";
import { STORED } from "../local/state-swap.ts";
import { reason } from "./disk-errors.ts";

/** How long to wait for a database that another process has locked. */
const BUSY_MS = 30_000;
/** Cached responses of other services, which can be fetched again. */
const CACHES = "cache";
/** Column with the name of the file that holds a value of KV or an object of R2. */
const BLOB_COLUMN = "blob_id";

/**
 * Paths of the SQLite files of a state folder, D1 first, because its copy must not be newer than
 * the others.
 */
export function databasesIn(stateDir: string): string[] {
  return globSync(`${STORED}/*/*/*.sqlite`, { cwd: stateDir })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.startsWith(`${STORED}/${CACHES}/`))
    .toSorted((a, b) => Number(isD1(b)) - Number(isD1(a)) || (a < b ? -1 : 1));
}

/** Paths of the values of KV and of the objects of R2 in a state folder. */
export const blobsIn = (stateDir: string): string[] =>
  globSync(`${STORED}/*/*/blobs/*`, { cwd: stateDir })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !path.startsWith(`${STORED}/${CACHES}/`))
    .toSorted();

const isD1 = (path: string): boolean => path.startsWith(`${STORED}/d1/`);

/**
 * Copies a SQLite file in one read transaction, while others may be writing to it. The copy
 * contains no pages of deleted rows.
 * @returns false if the file no longer exists
 * @throws LaunchError if it cannot be read, or the copy cannot be written
 */
export function copyDatabase(from: string, to: string): boolean {
  if (!existsSync(from)) return false;
  try {
    return withDatabase(from, (database) => {
      // The copy needs no durability: it is verified after packing, and is discarded if the process
      // ends before.
      database.exec("PRAGMA synchronous = OFF");
      database.prepare("VACUUM INTO ?").run(to);
      return true;
    });
  } catch (error) {
    if (!existsSync(from)) return false;
    throw new LaunchError(`Copying ${from} to ${to} failed: ${reason(error)}`);
  }
}

/** @throws LaunchError if SQLite finds the file damaged */
export function checkIntegrity(file: string): void {
  let problems: string[];
  try {
    problems = withDatabase(file, (database) =>
      database
        .prepare("PRAGMA integrity_check(5)")
        .all()
        .map(({ integrity_check: text }) => String(text)),
    );
  } catch (error) {
    problems = [reason(error)];
  }
  if (problems.join() !== "ok") throw new LaunchError(`${file} is damaged: ${problems.join("; ")}`);
}

/** Names of the files that the rows of a database of KV or R2 refer to. */
export const blobsNamedIn = (file: string): string[] =>
  withDatabase(file, (database) =>
    tablesOf(database)
      .filter((table) => columnsOf(database, table).includes(BLOB_COLUMN))
      .flatMap((table) =>
        database
          .prepare(`SELECT ${BLOB_COLUMN} AS name FROM ${table} WHERE ${BLOB_COLUMN} IS NOT NULL`)
          .all()
          .map(({ name }) => String(name)),
      ),
  );

/** Contents of the D1 database of a state folder. */
export interface Contents {
  /** Names of its migrations, in the order of application. */
  readonly migrations: readonly string[];
  /** Number of rows in each table. */
  readonly rows: Readonly<Record<string, number>>;
}

/** Undefined if the file is not a database of a service. */
export const contentsOf = (file: string): Contents | undefined =>
  withDatabase(file, (database) => {
    const tables = tablesOf(database);
    if (!tables.includes('"d1_migrations"')) return undefined;
    const migrations = database.prepare("SELECT name FROM d1_migrations ORDER BY id").all();
    const rows = tables.map((table) => [
      table.slice(1, -1),
      Number(database.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"]),
    ]);
    return {
      migrations: migrations.map(({ name }) => String(name)),
      rows: Object.fromEntries(rows) as Record<string, number>,
    };
  });

/** Hash of a file, in hex. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Path of the D1 database of a service in a folder. @throws LaunchError unless there is exactly one */
export function serviceDatabase(folder: string): string {
  const found = databasesIn(folder).filter((path) => isD1(path) && isOfService(join(folder, path)));
  const [database] = found;
  if (database !== undefined && found.length === 1) return database;
  throw new LaunchError(
    found.length === 0
      ? `${folder} has no database of a service. Set STATE_DIR to the folder of the service, and start it once.`
      : `${folder} has ${found.length} databases of services: ${found.join(", ")}. Move away those that the service does not use.`,
  );
}

function isOfService(file: string): boolean {
  try {
    return contentsOf(file) !== undefined;
  } catch (error) {
    throw new LaunchError(
      `${file} cannot be read: ${reason(error)}. Unless it is damaged, run the command as the user who runs the service.`,
    );
  }
}

function withDatabase<Result>(file: string, use: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS });
  try {
    return use(database);
  } finally {
    database.close();
  }
}

/**
 * Quoted names of the tables that store rows: virtual tables and their shadow tables are excluded.
 */
const tablesOf = (database: DatabaseSync): string[] =>
  database
    .prepare(
      "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!' ORDER BY name",
    )
    .all()
    .map(({ name }) => `"${String(name).replaceAll('"', '""')}"`);

const columnsOf = (database: DatabaseSync, table: string): string[] =>
  database
    .prepare(`PRAGMA table_info(${table})`)
    .all()
    .map(({ name }) => String(name));
