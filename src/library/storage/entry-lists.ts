import { jsonPieces } from "../../platform/d1/json-pieces.ts";
import type { EntryRemoval, EntryWrite } from "../domain/entry-write.ts";
import { changeOfCounts, type StatusCounts } from "../domain/shelf-counts.ts";
import { TRASH_MS } from "../domain/trash.ts";
import { foldedTags, rowOf, WRITTEN_COLUMNS } from "./entry-columns.ts";
import type { entryListSql } from "./entry-list-sql.ts";

type ListSql = ReturnType<typeof entryListSql>;

/** A batch that has taken the shelf of a user. */
export interface ListBatch {
  /** ?1 of the condition. */
  subject: string;
  /** ?2 of the condition: unique to the batch. */
  token: string;
  userId: string;
}

/** The writes of a batch. `at` is in ms since the epoch. */
export interface EntryList {
  writes: readonly EntryWrite[];
  removed: readonly EntryRemoval[];
  at: number;
}

/** How the counts of the shelf change; undefined when they become unknown. */
export function countsOfList({ writes, removed }: EntryList): StatusCounts | undefined {
  return changeOfCounts([
    ...writes.map(({ entry, isNew, statusBefore, isUnkept }) => ({
      isUnkept,
      before: isNew ? undefined : { status: statusBefore },
      after: entry,
    })),
    ...removed.map((entry) => ({ before: entry, isUnkept: entry.isUnkept })),
  ]);
}

/**
 * The statements that write many entries with their readings, tags and own descriptions, for the batch that took the shelf.
 * @param sql from `entryListSql`, with the condition of the batch
 */
export function listStatements(
  db: D1Database,
  sql: ListSql,
  { subject, token, userId }: ListBatch,
  list: EntryList,
): D1PreparedStatement[] {
  const { writes, removed, at } = list;
  const bound = (text: string, items: readonly unknown[], ...values: unknown[]) =>
    jsonPieces(items).map((piece) =>
      db.prepare(text).bind(subject, token, userId, piece, ...values),
    );
  const isbns = removed.map(({ isbn }) => isbn);
  const trashed = removed.flatMap(({ isbn, image }) => (image === undefined ? [] : [isbn]));
  const gone = removed.flatMap(({ isbn, image }) => (image === undefined ? [isbn] : []));
  const written = [...writes.map(({ entry }) => entry.isbn), ...isbns];
  return [
    ...writtenLists(sql, writes).flatMap(([text, items]) => bound(text, items)),
    ...bound(sql.ADD_TOMBSTONES, removed, at, at + TRASH_MS),
    ...bound(sql.UNCOUNT_PROGRESS, isbns),
    ...bound(sql.REMOVE_PROGRESS, gone, at),
    ...bound(sql.TRASH_PROGRESS, trashed, at),
    ...sql.REMOVALS.flatMap((text) => bound(text, isbns)),
    ...(countsOfList(list) ? [] : [db.prepare(sql.COUNT_NEXT).bind(subject, token, userId)]),
    db.prepare(sql.SLICES_DUE).bind(subject, token, userId, JSON.stringify(written)),
  ];
}

function writtenLists(sql: ListSql, writes: readonly EntryWrite[]): [string, readonly unknown[]][] {
  const rows = writes.map((write) => ({ isbn: write.entry.isbn, ...rowOf(write) }));
  const there = writes.flatMap(({ isNew, entry }) => (isNew ? [] : [entry]));
  return [
    [sql.WRITE_ENTRIES, rows.map((row) => [row.isbn, ...WRITTEN_COLUMNS.map((name) => row[name])])],
    [
      sql.SET_READINGS,
      rows.flatMap(({ isbn, readings }) => (readings === "[]" ? [] : [{ isbn, readings }])),
    ],
    [sql.DROP_READINGS, there.map(({ isbn, readings }) => ({ isbn, count: readings.length }))],
    [sql.SHOW_PROGRESS, there.map(({ isbn }) => isbn)],
    [sql.CLEAR_TAGS, there.map(({ isbn }) => isbn)],
    [
      sql.ADD_TAGS,
      writes.flatMap(({ entry: { isbn, tags } }) =>
        foldedTags(tags).map(({ tag, folded }, position) => [isbn, folded, tag, position]),
      ),
    ],
    [
      sql.SET_OWN,
      writes.flatMap(({ entry: { isbn }, own }) =>
        own ? [{ isbn, own: JSON.stringify(own) }] : [],
      ),
    ],
    [sql.DROP_OWN, writes.flatMap(({ entry, own }) => (own === null ? [entry.isbn] : []))],
    // Another release leaves the tombstone in place when it adds an entry again.
    [
      sql.DROP_TOMBSTONES,
      writes.flatMap(({ entry, wasRemoved, isUnkept }) =>
        wasRemoved || isUnkept ? [entry.isbn] : [],
      ),
    ],
    [sql.REFRESH_STALE, writes.map(({ entry: { isbn }, bookVersion }) => [isbn, bookVersion])],
  ];
}
