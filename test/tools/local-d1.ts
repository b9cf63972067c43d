import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Path of D1's files in a state directory. */
export const D1_FILES = "v3/d1";

/** Opens the only D1 database in a state directory that no service uses. */
export function withLocalD1<Result>(
  stateDir: string,
  use: (database: DatabaseSync) => Result,
): Result {
  const database = new DatabaseSync(databaseFile(stateDir));
  try {
    return use(database);
  } finally {
    database.close();
  }
}

/**
 * Opens the same database read-only, while services start and stop; the caller closes it. Reopening it each time would disturb
 * them: after a kill the first process to open the file recovers it, and locks out the others meanwhile.
 */
export function watchLocalD1(stateDir: string): DatabaseSync {
  return new DatabaseSync(databaseFile(stateDir), { readOnly: true });
}

/** Miniflare names the file after the database's id, and stores an index of such files next to it. */
function databaseFile(stateDir: string): string {
  const files = globSync("*/*.sqlite", { cwd: join(stateDir, D1_FILES) }).filter(
    (name) => !name.endsWith("metadata.sqlite"),
  );
  const [file] = files;
  if (file === undefined || files.length > 1) {
    throw new Error(`Expected one database file; found ${files.length}.`);
  }
  return join(stateDir, D1_FILES, file);
}
