import type { ShelfLimits } from "../../quotas/domain/policy.ts";
import { READINGS, readingsOf } from "../../library/module.ts";
import { progressSql } from "../../quotas/module.ts";
import { defined } from "../../platform/defined.ts";
import {
  keyOf,
  NO_ACCOUNT,
  type AccountState,
  type AccountWrite,
  type KnownAccount,
} from "../domain/job/account-line.ts";
import type { ParsedRow } from "../domain/job/row.ts";
import type { StagedRow } from "../domain/job/shelf-state.ts";
import type { WorkedJob } from "../domain/job/transitions.ts";

const KEY = "asked.value ->> 'key'";
const ISBN = "asked.value ->> 'isbn'";

/**
 * Whether the account already has what a line names or, for progress without an id, progress of the
 * same time. A place that a move leads to or from counts too, so that moves form no chains.
 */
const knownSql = (user: string): string => `
  CASE asked.value ->> 'kind'
    WHEN 'progress' THEN EXISTS (SELECT 1 FROM Progress WHERE user_id = ${user} AND id = ${KEY} AND may_return IS NULL)
      OR (asked.value ->> 'at' IS NOT NULL AND EXISTS (
        SELECT 1 FROM Progress INDEXED BY idx_progress_book
        WHERE user_id = ${user} AND isbn = ${ISBN} AND removed_at IS NULL AND at = asked.value ->> 'at'
      ))
    WHEN 'goal' THEN EXISTS (SELECT 1 FROM Goals WHERE user_id = ${user} AND year = ${KEY} AND removed_at IS NULL)
    WHEN 'setting' THEN EXISTS (
      SELECT 1 FROM Settings WHERE user_id = ${user} AND name = ${KEY} AND unset_version IS NOT version
    )
    WHEN 'trash' THEN EXISTS (
      SELECT 1 FROM RemovedEntries WHERE user_id = ${user} AND isbn = ${KEY} AND trashed_until IS NOT NULL
    )
    ELSE EXISTS (
      SELECT 1 FROM EditionMoves
      WHERE user_id = ${user} AND (isbn IN (${KEY}, asked.value ->> 'movedTo') OR moved_to = ${KEY})
    )
  END`;

const onShelfSql = (user: string): string =>
  `EXISTS (SELECT 1 FROM UserLibrary WHERE user_id = ${user} AND isbn = ${ISBN})`;

const inTrashSql = (user: string): string =>
  `EXISTS (SELECT 1 FROM RemovedEntries WHERE user_id = ${user} AND isbn = ${ISBN} AND trashed_until IS NOT NULL)`;

/** Whether the account's state for a line (`asked`) is the same as when it was read. */
export const sameStateSql = (user: string): string => `
  (${knownSql(user)}) = asked.value ->> 'isKnown' AND ${onShelfSql(user)} = asked.value ->> 'isOnShelf'
  AND ${inTrashSql(user)} = asked.value ->> 'isInTrash'`;

// ?2 lines, ?3 the job, ?4 whether it is a preview, in which the books of earlier rows count as
// shelved.
const STATES = `
  SELECT asked.value ->> 'row' AS row, ${knownSql("?1")} AS is_known,
    ${onShelfSql("?1")} OR (?4 AND EXISTS (
      SELECT 1 FROM ImportResults INDEXED BY idx_import_results_isbn
      WHERE job_id = ?3 AND isbn = ${ISBN} AND outcome IN ('created', 'updated', 'unchanged')
    )) AS is_on_shelf,
    ${inTrashSql("?1")} AS is_in_trash,
    CASE asked.value ->> 'kind'
      WHEN 'goal' THEN (
        SELECT json_patch('{}', json_object('books', books, 'pages', pages, 'minutes', minutes)) FROM Goals
        WHERE user_id = ?1 AND year = ${KEY} AND removed_at IS NULL
      )
      WHEN 'setting' THEN (SELECT value FROM Settings WHERE user_id = ?1 AND name = ${KEY})
    END AS value,
    CASE WHEN asked.value ->> 'kind' = 'progress' THEN (
      SELECT ${READINGS} FROM UserLibrary AS entry WHERE entry.user_id = ?1 AND entry.isbn = ${ISBN}
    ) END AS readings,
    CASE asked.value ->> 'kind'
      WHEN 'progress' THEN (SELECT version FROM Progress WHERE user_id = ?1 AND id = ${KEY} AND may_return = 1)
      WHEN 'goal' THEN (
        SELECT version FROM Goals WHERE user_id = ?1 AND year = ${KEY} AND removed_at IS NOT NULL
      )
      WHEN 'setting' THEN (
        SELECT version FROM Settings WHERE user_id = ?1 AND name = ${KEY} AND unset_version = version
      )
      WHEN 'trash' THEN (
        SELECT version FROM RemovedEntries WHERE user_id = ?1 AND isbn = ${KEY} AND trashed_until IS NULL
      )
    END AS removed_version
  FROM json_each(?2) AS asked`;

const RECORDED = `SELECT ${progressSql("?1")} AS recorded`;

/** All statements, for a test of their query plans. */
export const ACCOUNT_STATE_STATEMENTS = { STATES, RECORDED };

interface StateRow {
  row: number;
  is_known: number;
  is_on_shelf: number;
  is_in_trash: number;
  value: string | null;
  readings: string | null;
  removed_version: number | null;
}

/** Reads the account's state for the lines of a step that are not entries. */
export async function readAccount(
  db: D1Database,
  { jobId, userId, dryRun }: WorkedJob,
  rows: readonly StagedRow[],
  { progress }: ShelfLimits,
): Promise<KnownAccount> {
  const asked = rows.flatMap(({ row, isbn, parsed }) => {
    const line = parsed.account ?? unnamedOf(isbn, parsed);
    return line ? [{ row, ...namedBy(line) }] : [];
  });
  if (asked.length === 0) return NO_ACCOUNT;
  const [states, recorded] = await db.batch<StateRow & { recorded: number }>([
    db.prepare(STATES).bind(userId, JSON.stringify(asked), jobId, Number(dryRun)),
    db.prepare(RECORDED).bind(userId),
  ]);
  const found = (states?.results ?? []).map((row): [number, AccountState] => [
    row.row,
    {
      isKnown: row.is_known === 1,
      isOnShelf: row.is_on_shelf === 1,
      isInTrash: row.is_in_trash === 1,
      ...defined({
        value: row.value ?? undefined,
        readings: row.readings === null ? undefined : readingsOf(row.readings),
        removedVersion: row.removed_version ?? undefined,
      }),
    },
  ]);
  const progressRoom = (progress ?? Infinity) - (recorded?.results[0]?.recorded ?? 0);
  return { states: new Map(found), progressRoom };
}

/** A line with its state, in the form that the claim of a step checks. */
export function askedOf({ line, state }: AccountWrite): Record<string, unknown> {
  const { isKnown, isOnShelf, isInTrash } = state;
  return { ...namedBy(line), isKnown, isOnShelf, isInTrash };
}

/** The progress in the row of a book; its reading is known only after the row is merged. */
function unnamedOf(isbn: string | undefined, { progress }: ParsedRow) {
  if (isbn === undefined || progress === undefined) return undefined;
  return {
    type: "progress",
    id: "",
    isbn,
    readingId: "",
    at: progress.at,
    isUnnamed: true,
  } as const;
}

function namedBy(line: AccountWrite["line"]): Record<string, unknown> {
  return {
    ...(line.type === "progress" && line.isUnnamed ? { at: Date.parse(line.at) } : {}),
    kind: line.type,
    key: keyOf(line),
    ...("isbn" in line ? { isbn: line.isbn } : {}),
    ...(line.type === "move" ? { movedTo: line.movedTo } : {}),
  };
}
