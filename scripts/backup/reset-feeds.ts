import { DatabaseSync } from "node:sqlite";

/** More writes than any library gets between a backup and its restore. */
const SEQ_STEP = 1_000_000_000;

/**
 * Raises the number of the latest write of every library above all numbers that were given out since the backup, so that each token
 * of the feed from before the restore is refused, also once the library has been written again. An account without a library has
 * no row yet.
 */
export const RESET_FEEDS = `INSERT INTO Shelves (user_id, seq, changes_from) SELECT id, ${SEQ_STEP}, ${SEQ_STEP} FROM Users WHERE true
  ON CONFLICT (user_id) DO UPDATE SET seq = seq + ${SEQ_STEP}, changes_from = seq + ${SEQ_STEP}`;

/** Lets all devices load their libraries again from a restored database that no service uses yet. A backup from before there was a feed stays as it is. */
export function resetFeeds(file: string): void {
  const database = new DatabaseSync(file);
  try {
    const column = "SELECT 1 FROM pragma_table_info('Shelves') WHERE name = 'changes_from'";
    if (database.prepare(column).get() !== undefined) database.exec(RESET_FEEDS);
  } finally {
    database.close();
  }
}
