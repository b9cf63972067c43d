import type { Reading } from "../../../contract/library-fields.ts";
import type { Database } from "../../platform/d1/database.ts";
import { isoTime } from "../../platform/time.ts";
import type { LifeRecord } from "../domain/review.ts";
import { READINGS, readingsOf } from "./entry-rows.ts";
import { GOAL_COLUMNS, goalOf, type GoalRow } from "./goals.ts";
import { PROGRESS_COLUMNS, progressOf, type ProgressRow } from "./progress-rows.ts";

/** Rows of progress per page; a note has up to 30 KB. */
const PAGE_SIZE = 200;

// ?2 the id after which the page starts. Progress in a book that is not on the shelf is not
// exported.
const PROGRESS = `
  SELECT ${PROGRESS_COLUMNS}, (
    SELECT json_array(value) FROM UserLibrary AS entry, json_each(${READINGS})
    WHERE entry.user_id = ?1 AND entry.isbn = Progress.isbn AND value ->> 0 = Progress.reading_id
  ) AS reading
  FROM Progress WHERE user_id = ?1 AND id > ?2 AND removed_at IS NULL ORDER BY id LIMIT ${PAGE_SIZE}`;

const GOALS = `
  SELECT ${GOAL_COLUMNS} FROM Goals WHERE user_id = ?1 AND removed_at IS NULL ORDER BY year`;

const SETTINGS = `
  SELECT name, value FROM Settings WHERE user_id = ?1 AND unset_version IS NOT version ORDER BY name`;

type Pages<Type extends LifeRecord["type"]> = AsyncGenerator<Extract<LifeRecord, { type: Type }>[]>;

/** Reads progress, goals and settings of a user, a page at a time. */
export async function* exportLife(
  db: D1Database,
  database: Database,
  userId: string,
): AsyncGenerator<LifeRecord[]> {
  yield* exportProgress(db, database, userId);
  yield await exportGoals(db, database, userId);
  yield await exportSettings(db, database, userId);
}

/** Reads the progress in the books on the shelf, a page at a time. */
export async function* exportProgress(
  db: D1Database,
  { read }: Database,
  userId: string,
): Pages<"progress"> {
  let after = "";
  for (;;) {
    const statement = db.prepare(PROGRESS).bind(userId, after);
    const { results } = await read(statement.all<ProgressRow & { reading: string | null }>());
    yield results.map((row) => ({ ...progressRecordOf(row), ...readingIn(row) }));
    const last = results.at(-1);
    if (results.length < PAGE_SIZE || !last) return;
    after = last.id;
  }
}

/** The dates of a row's reading, which the row has as a list of one stored reading. */
function readingIn({ reading }: { reading: string | null }): { reading?: Omit<Reading, "id"> } {
  const [found] = readingsOf(reading ?? "[]");
  if (found === undefined) return {};
  const { id: _id, ...dates } = found;
  return { reading: dates };
}

/** A row of progress as it is exported. */
export function progressRecordOf(row: ProgressRow): Extract<LifeRecord, { type: "progress" }> {
  const { version: _version, at, ...progress } = progressOf(row);
  return { type: "progress", ...progress, at: isoTime(at) };
}

/** Reads all goals, of which there are few. */
export async function exportGoals(
  db: D1Database,
  { read }: Database,
  userId: string,
): Promise<Extract<LifeRecord, { type: "goal" }>[]> {
  const { results } = await read(db.prepare(GOALS).bind(userId).all<GoalRow>());
  return results.map((row) => {
    const { version: _version, ...goal } = goalOf(row);
    return { type: "goal", ...goal };
  });
}

/** Reads all settings, of which there are few. */
export async function exportSettings(
  db: D1Database,
  { read }: Database,
  userId: string,
): Promise<Extract<LifeRecord, { type: "setting" }>[]> {
  const { results } = await read(
    db.prepare(SETTINGS).bind(userId).all<{ name: string; value: string }>(),
  );
  return results.map(({ name, value }) => ({
    type: "setting",
    name,
    value: JSON.parse(value) as unknown,
  }));
}
