import type { StoredEntry } from "../domain/entry.ts";
import type { ShelfWrite } from "../domain/shelf.ts";
import { foldedTags, readingsText } from "./entry-columns.ts";

/**
 * Rows per statement. Each value is an expression, because D1 counts each row of json_each as a row
 * read.
 */
const ROWS_PER_STATEMENT = 20;

/** The SQL of `rows` rows of parameter ?2, a JSON array of arrays of `columns` values, each with the user before it. */
function valuesSql(rows: number, columns: number): string {
  return Array.from({ length: rows }, (_, row) => {
    const values = Array.from({ length: columns }, (_, column) => `?2 ->> '$[${row}][${column}]'`);
    return `(?1, ${values.join(", ")})`;
  }).join(", ");
}

const setTagsSql = (rows: number): string => `
  INSERT INTO Tags (user_id, isbn, folded, tag, position) VALUES ${valuesSql(rows, 4)}
  ON CONFLICT(user_id, isbn, folded) DO UPDATE SET tag = excluded.tag, position = excluded.position`;

const setReadingsSql = (rows: number): string => `
  INSERT INTO Readings (user_id, isbn, position, id, started_at, finished_at) VALUES ${valuesSql(rows, 5)}
  ON CONFLICT(user_id, isbn, position) DO UPDATE SET
    id = excluded.id, started_at = excluded.started_at, finished_at = excluded.finished_at`;

// ?3 the folded tags, a JSON array.
const dropTagsSql = (tags: number): string => `
  DELETE FROM Tags WHERE user_id = ?1 AND isbn = ?2
    AND folded IN (${Array.from({ length: tags }, (_, index) => `?3 ->> ${index}`).join(", ")})`;

// ?3 the number of readings.
const DROP_READINGS = `
  DELETE FROM Readings WHERE user_id = ?1 AND isbn = ?2 AND position >= ?3`;

/** Some statements, for a test of their query plans. */
export const LIST_STATEMENTS = {
  SET_TAGS: setTagsSql(2),
  SET_READINGS: setReadingsSql(2),
  DROP_TAGS: dropTagsSql(2),
  DROP_READINGS,
};

/**
 * The statements that update the tables of tags and readings, for a batch that is rolled back if
 * the shelf has changed. They write only differences, and read only rows that they delete or
 * replace.
 */
export function changedLists(
  db: D1Database,
  userId: string,
  writes: readonly ShelfWrite[],
): D1PreparedStatement[] {
  const changes = writes.flatMap(({ entry, before }) =>
    before.entry ? [listChanges(entry, before.entry)] : [],
  );
  const set = (sql: (rows: number) => string, rows: readonly unknown[]): D1PreparedStatement[] =>
    inPieces(rows).map((piece) =>
      db.prepare(sql(piece.length)).bind(userId, JSON.stringify(piece)),
    );
  return [
    ...changes.flatMap(({ isbn, droppedTags, readings }) => [
      ...inPieces(droppedTags).map((tags) =>
        db.prepare(dropTagsSql(tags.length)).bind(userId, isbn, JSON.stringify(tags)),
      ),
      ...(readings.after < readings.before
        ? [db.prepare(DROP_READINGS).bind(userId, isbn, readings.after)]
        : []),
    ]),
    ...set(
      setTagsSql,
      changes.flatMap(({ tags }) => tags),
    ),
    ...set(
      setReadingsSql,
      changes.flatMap(({ readings }) => readings.set),
    ),
  ];
}

/** How the rows of an entry's lists differ. */
function listChanges(after: StoredEntry, before: StoredEntry) {
  const { isbn } = after;
  const tagsOf = ({ tags }: StoredEntry): Map<string, unknown[]> =>
    new Map(
      foldedTags(tags).map(({ tag, folded }, position) => [folded, [isbn, folded, tag, position]]),
    );
  const [tags, oldTags] = [tagsOf(after), tagsOf(before)];
  const readingsOf = ({ readings }: StoredEntry): unknown[][] =>
    (JSON.parse(readingsText(readings)) as unknown[][]).map((values, position) => [
      isbn,
      position,
      ...values,
    ]);
  const [readings, oldReadings] = [readingsOf(after), readingsOf(before)];
  return {
    isbn,
    tags: [...tags].flatMap(([folded, row]) => (isSame(row, oldTags.get(folded)) ? [] : [row])),
    droppedTags: [...oldTags.keys()].filter((folded) => !tags.has(folded)),
    readings: {
      set: readings.filter((row, position) => !isSame(row, oldReadings[position])),
      before: oldReadings.length,
      after: readings.length,
    },
  };
}

const isSame = (row: unknown, other: unknown): boolean =>
  JSON.stringify(row) === JSON.stringify(other);

function inPieces<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / ROWS_PER_STATEMENT) }, (_, index) =>
    items.slice(index * ROWS_PER_STATEMENT, (index + 1) * ROWS_PER_STATEMENT),
  );
}
