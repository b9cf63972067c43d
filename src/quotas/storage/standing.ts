import { MINUTE_MS } from "../../platform/time.ts";

/** An upload that has sent nothing for this long does not count as running. */
const SILENT_UPLOAD_MS = MINUTE_MS;

/**
 * The number of a user's running imports. A previewed import waits for its user and does not count.
 * An upload whose last chunk is later than now, because the clock was set back, does not count
 * either.
 * @param user parameter of the user
 * @param now parameter of the present time, ms since the epoch
 */
export const runningSql = (user: string, now: string): string => `(
    SELECT count(*) FROM ImportJobs AS run
    WHERE run.user_id = ${user} AND run.state IN ('uploading', 'queued', 'processing', 'undoing')
      AND (run.state <> 'uploading' OR abs(${now} - run.updated_at) < ${SILENT_UPLOAD_MS})
  )`;

/** The number of entries on a user's shelf. Its counts are NULL while they are unknown. @param user parameter of the user */
export const entriesSql = (user: string): string => `coalesce(
    (SELECT want_to_read + reading + completed + paused + abandoned + no_status FROM Shelves AS shelf WHERE shelf.user_id = ${user}),
    (SELECT count(*) FROM UserLibrary AS held WHERE held.user_id = ${user})
  )`;

/** The number of a user's rows of progress. @param user parameter of the user */
export const progressSql = (user: string): string =>
  `coalesce((SELECT progress FROM Shelves AS shelf WHERE shelf.user_id = ${user}), 0)`;

/** The number of rows waiting in a user's review queue. @param user parameter of the user */
export const waitingSql = (user: string): string =>
  `(SELECT count(*) FROM ReviewQueue AS waiting WHERE waiting.user_id = ${user} AND waiting.state = 'open')`;

/** The number of a user's tokens that have not expired. @param now parameter of the present time, ms since the epoch */
export const tokensSql = (user: string, now: string): string =>
  `(SELECT count(*) FROM Tokens AS signed WHERE signed.user_id = ${user} AND signed.expires_at > ${now})`;

const STANDING = `
  SELECT ${runningSql("?1", "?2")} AS openImports, ${entriesSql("?1")} AS entries, ${waitingSql("?1")} AS waitingRows,
    ${progressSql("?1")} AS progress, coalesce((SELECT trash_bytes FROM Shelves WHERE user_id = ?1), 0) AS trashBytes,
    ${tokensSql("?1", "?2")} AS tokens, (SELECT created_at FROM Users WHERE id = ?1) AS createdAt`;

/**
 * How much a user has of everything that is limited, and when the account was created (ms since the
 * epoch; null when it is gone).
 */
export interface Standing {
  openImports: number;
  entries: number;
  progress: number;
  waitingRows: number;
  trashBytes: number;
  tokens: number;
  createdAt: number | null;
}

/** The statement that reads a user's `Standing`. @param now ms since the epoch */
export function standingStatement(
  db: D1Database,
  userId: string,
  now: number,
): D1PreparedStatement {
  return db.prepare(STANDING).bind(userId, now);
}
