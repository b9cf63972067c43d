import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { serviceDatabase } from "./stored-files.ts";

/** The tombstone of a deleted account. */
export interface DeletedAccount {
  readonly id: string;
  /** In ms since the epoch. */
  readonly at: number;
}

/** Accounts that were deleted in the last 30 days, from the data in a state folder; undefined if it cannot be read. */
export function deletedAccounts(stateDir: string): DeletedAccount[] | undefined {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(stateDir, serviceDatabase(stateDir)), { readOnly: true });
    return database
      .prepare("SELECT user_id, deleted_at FROM DeletedUsers")
      .all()
      .map(({ user_id: id, deleted_at: at }) => ({ id: String(id), at: Number(at) }));
  } catch {
    return undefined;
  } finally {
    database?.close();
  }
}

/**
 * Deletes accounts in a restored database that no service uses yet: removes their logins
 * immediately and adds a tombstone, so that the service's `finish_deletions` deletes everything
 * else. Accounts that the database lacks get a tombstone too, so that restoring another backup that
 * has them does not bring them back.
 * @returns the number of these accounts that the database had
 */
export function deleteAgain(file: string, accounts: readonly DeletedAccount[]): number {
  const database = new DatabaseSync(file);
  try {
    database.exec("BEGIN");
    const bury = database.prepare(
      `INSERT INTO DeletedUsers (user_id, deleted_at) VALUES (?1, ?2)
       ON CONFLICT (user_id) DO UPDATE SET purged_at = NULL
       WHERE EXISTS (SELECT 1 FROM Users WHERE id = ?1)`,
    );
    const remove = database.prepare("DELETE FROM Users WHERE id = ?");
    let deleted = 0;
    for (const { id, at } of accounts) {
      bury.run(id, at);
      deleted += Number(remove.run(id).changes);
    }
    database.exec("COMMIT");
    return deleted;
  } finally {
    database.close();
  }
}
