import { libraryBook } from "../domain/entry.ts";
import type { ExportDeps } from "../domain/export.ts";
import type { LibraryRecord } from "../domain/review.ts";
import type { ShelfPosition, Sort } from "../domain/shelf-query.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { defined } from "../../platform/defined.ts";
import { fetchQueue } from "./review-queue-rows.ts";
import { exportLife } from "./export-life.ts";
import { readEntries } from "./shelf-pages.ts";

/** Entries or rows per page; 200 of average size are half a megabyte. */
const PAGE_SIZE = 200;
/** More columns than any known file has. Columns beyond that are exported only in the JSON column. */
const MAX_EXTRA_COLUMNS = 200;

const OLDEST_FIRST: Sort = { key: "added", descending: false };

const EXTRA_COLUMNS = `
  SELECT DISTINCT item.key AS name
  FROM UserLibrary AS entry, json_each(entry.extra) AS item
  WHERE entry.user_id = ?1 AND entry.extra IS NOT NULL ORDER BY name LIMIT ${MAX_EXTRA_COLUMNS}`;

/** Reads whole libraries from D1, a page at a time. @param log receives every failure */
export function d1LibraryExport(db: D1Database, log: Log): ExportDeps["library"] {
  const database = d1Errors(log);

  async function* books(userId: string): AsyncGenerator<LibraryRecord[]> {
    let after: ShelfPosition | undefined;
    do {
      const query = { sort: OLDEST_FIRST, after };
      const { entries, last } = await readEntries(db, database, userId, query, PAGE_SIZE);
      yield entries.map(({ entry, ...place }) => ({
        type: "book",
        book: libraryBook(entry, place),
        ...defined({ own: place.own }),
      }));
      after = last;
    } while (after);
  }

  async function* queue(userId: string): AsyncGenerator<LibraryRecord[]> {
    let after: { createdAt: number; id: string } | undefined;
    for (;;) {
      const { rows, hasMore } = await fetchQueue(db, database, { userId }, after, PAGE_SIZE);
      yield rows.map(({ item }) => ({ type: "review", item }));
      if (!hasMore) return;
      after = rows.at(-1);
    }
  }

  return {
    async extraColumns(userId) {
      const statement = db.prepare(EXTRA_COLUMNS).bind(userId);
      const { results } = await database.read(statement.all<{ name: string }>());
      return results.map(({ name }) => name);
    },
    async *pages(userId) {
      yield* books(userId);
      yield* queue(userId);
    },
    life: (userId) => exportLife(db, database, userId),
  };
}
