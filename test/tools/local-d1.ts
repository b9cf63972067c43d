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
 * Opens the same database read-only, while services start and stop; the caller closes it. Reopening
 * it each time would disturb them: after a kill the first process to open the file recovers it and
 * meanwhile locks out the others.
 */
export function watchLocalD1(stateDir: string): DatabaseSync {
  return new DatabaseSync(databaseFile(stateDir), { readOnly: true });
}

/**
 * Waits until a condition on a watched database is true. It is evaluated only after commits of
 * other processes, because a condition that counts many rows would otherwise keep a processor busy.
 * @throws Error with `what` after five minutes
 */
export async function untilCommitted(
  database: DatabaseSync,
  what: string,
  isTrue: () => boolean,
): Promise<void> {
  const deadline = Date.now() + 300_000;
  const version = database.prepare("PRAGMA data_version");
  let seen: unknown;
  for (;;) {
    const now = version.get()?.["data_version"];
    if (now !== seen && isTrue()) return;
    seen = now;
    if (Date.now() > deadline) throw new Error(`Timed out waiting for ${what}`);
    await new Promise((done) => setTimeout(done, 2));
  }
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
