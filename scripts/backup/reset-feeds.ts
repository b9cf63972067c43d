import { DatabaseSync } from "node:sqlite";

/** More than the number of writes of any library between a backup and its restore. */
const SEQ_STEP = 1_000_000_000;

/**
 * Raises the sequence number of every library above all numbers issued since the backup, so that
 * tokens of the feed from before the restore are refused even after further writes. Adds the row of
 * an account that has none.
 */
export const RESET_FEEDS = `INSERT INTO Shelves (user_id, seq, changes_from) SELECT id, ${SEQ_STEP}, ${SEQ_STEP} FROM Users WHERE true
  ON CONFLICT (user_id) DO UPDATE SET seq = seq + ${SEQ_STEP}, changes_from = seq + ${SEQ_STEP}`;

/**
 * Makes all devices reload their libraries from a restored database that no service uses yet. A
 * backup that predates the feed is not changed.
 */
export function resetFeeds(file: string): void {
  const database = new DatabaseSync(file);
  try {
    const column = "SELECT 1 FROM pragma_table_info('Shelves') WHERE name = 'changes_from'";
    if (database.prepare(column).get() !== undefined) database.exec(RESET_FEEDS);
  } finally {
    database.close();
  }
}
