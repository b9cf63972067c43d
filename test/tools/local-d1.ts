import { globSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Where a state folder has the files of D1. */
export const D1_FILES = "v3/d1";

/** Opens the file of the only D1 database in a state folder on which nothing runs. */
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
 * The same, to look at while services come and go, until it is closed. Opening and closing instead would get in their way:
 * after a kill the first to open the file recovers it, and locks the others out meanwhile.
 */
export function watchLocalD1(stateDir: string): DatabaseSync {
  return new DatabaseSync(databaseFile(stateDir), { readOnly: true });
}

/** Miniflare names the file after the id of the database, and keeps a list of such files beside it. */
function databaseFile(stateDir: string): string {
  const files = globSync("*/*.sqlite", { cwd: join(stateDir, D1_FILES) }).filter(
    (name) => !name.endsWith("metadata.sqlite"),
  );
  const [file] = files;
  if (file === undefined || files.length > 1) {
    throw new Error(`One database was expected, not ${files.length}.`);
  }
  return join(stateDir, D1_FILES, file);
}
