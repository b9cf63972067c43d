import { bookFromRow, type BookText } from "../../catalogue/module.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { defined } from "../../platform/defined.ts";
import type { Log } from "../../platform/log.ts";
import { TRASH_MS, type Trash, type TrashedEntry } from "../domain/trash.ts";
import { imageOf } from "./entry-rows.ts";
import { HAS_SHELF } from "./shelf-takes.ts";

/** An image has up to a megabyte, so a page ends early when it would exceed this size. */
const MAX_PAGE_BYTES = 1_000_000;
/** Entries that one statement deletes permanently. */
const PURGE_BATCH_SIZE = 500;
/**
 * Maximum number of batches per request to empty the trash; the next request or the scheduled task
 * deletes the rest.
 */
const MAX_PURGE_BATCHES = 400;
/** Maximum number of entries that one write may push out of a full trash. */
const MAX_PUSHED_OUT = 1000;

// `earlier`: bytes of the preceding images of the page. The first entry is always returned, so that
// paging makes progress. `found`: number of entries found, at most one more than the page limit.
const PAGE = `
  WITH page AS (
    SELECT isbn, trashed_until, octet_length(image) AS bytes FROM RemovedEntries INDEXED BY idx_removed_entries_user_trash
    WHERE user_id = ?1 AND trashed_until IS NOT NULL AND (trashed_until, isbn) < (?2, ?3)
    ORDER BY trashed_until DESC, isbn DESC LIMIT ?4 + 1
  ),
  measured AS (
    SELECT isbn, trashed_until, bytes, sum(bytes) OVER (ORDER BY trashed_until DESC, isbn DESC) - bytes AS earlier,
      count(*) OVER () AS found
    FROM page
  )
  SELECT found, gone.isbn AS removed_isbn, gone.removed_at, gone.trashed_until, gone.image,
    book.isbn, book.title, book.authors, book.publication_year, book.publisher, book.page_count, book.description,
    book.canonical_metadata, book.updated_at
  FROM measured
  CROSS JOIN RemovedEntries AS gone ON gone.user_id = ?1 AND gone.isbn = measured.isbn
  LEFT JOIN Books AS book ON book.isbn = gone.isbn
  WHERE earlier = 0 OR earlier + bytes <= ${MAX_PAGE_BYTES}
  ORDER BY gone.trashed_until DESC, gone.isbn DESC LIMIT ?4`;

const TOTAL = "SELECT trash_entries AS total FROM Shelves WHERE user_id = ?1";

// The tombstone's retention starts now.
const PURGE = `
  UPDATE RemovedEntries SET image = NULL, trashed_until = NULL, removed_at = ?3
  WHERE user_id = ?1 AND isbn = ?2 AND trashed_until IS NOT NULL`;

// Deletes entries that expire by ?2; ?3 now.
const EMPTY = `
  UPDATE RemovedEntries SET image = NULL, trashed_until = NULL, removed_at = ?3
  WHERE user_id = ?1 AND isbn IN (
    SELECT isbn FROM RemovedEntries INDEXED BY idx_removed_entries_user_trash
    WHERE user_id = ?1 AND trashed_until <= ?2 ORDER BY trashed_until LIMIT ${PURGE_BATCH_SIZE}
  )`;

// ?2 the batch's token, ?3 bytes, ?4 now. Removes the oldest entries from a trash that is too
// large, until the rest fits. A trash that fits is not read.
const PUSH_OUT = `
  UPDATE RemovedEntries SET image = NULL, trashed_until = NULL, removed_at = ?4
  WHERE user_id = ?1 AND isbn IN (
    SELECT isbn FROM (
      SELECT isbn, excess, sum(bytes) OVER (ORDER BY trashed_until, isbn) - bytes AS earlier FROM (
        SELECT isbn, trashed_until, octet_length(image) AS bytes, shelf.trash_bytes - ?3 AS excess
        FROM Shelves AS shelf
        CROSS JOIN RemovedEntries AS gone INDEXED BY idx_removed_entries_user_trash ON gone.user_id = ?1
        WHERE shelf.user_id = ?1 AND shelf.trash_bytes > ?3 AND gone.trashed_until IS NOT NULL
        ORDER BY trashed_until, isbn LIMIT ${MAX_PUSHED_OUT}
      )
    ) WHERE earlier < excess
  ) AND ${HAS_SHELF}`;

/** All statements, for a test of their query plans. */
export const TRASH_STATEMENTS = { PAGE, TOTAL, PURGE, EMPTY, PUSH_OUT };

type TrashRow = { [Name in keyof BookText]: BookText[Name] | null } & {
  found: number;
  removed_isbn: string;
  removed_at: number;
  trashed_until: number;
  image: string;
};

/** The last statement of a batch that moves entries to the trash; none without a limit. @param at ms since the epoch */
export function fitTrash(
  db: D1Database,
  batch: { userId: string; token: string; at: number; maxBytes: number | undefined },
): D1PreparedStatement[] {
  const { userId, token, at, maxBytes } = batch;
  return maxBytes === undefined ? [] : [db.prepare(PUSH_OUT).bind(userId, token, maxBytes, at)];
}

/** The trash in D1. @param log receives every failure */
export function d1Trash(db: D1Database, log: Log): Trash {
  const { read, write } = d1Errors(log);
  return {
    async page(userId, after, limit) {
      const { until, isbn } = after ?? { until: Number.MAX_SAFE_INTEGER, isbn: "" };
      const [page, count] = await read(
        db.batch<TrashRow & { total: number }>([
          db.prepare(PAGE).bind(userId, until, isbn, limit),
          db.prepare(TOTAL).bind(userId),
        ]),
      );
      const rows = page?.results ?? [];
      const entries = rows.map(trashedOf);
      const last = rows.length < (rows[0]?.found ?? 0) ? entries.at(-1) : undefined;
      return { entries, total: count?.results[0]?.total ?? 0, ...defined({ last }) };
    },
    async purge(userId, isbn, at) {
      const { meta } = await write(db.prepare(PURGE).bind(userId, isbn, at).run());
      return meta.changes > 0;
    },
    async empty(userId, at) {
      for (let batch = 0; batch < MAX_PURGE_BATCHES; batch += 1) {
        const emptied = db.prepare(EMPTY).bind(userId, at + TRASH_MS, at);
        if ((await write(emptied.run())).meta.changes === 0) return;
      }
    },
  };
}

function trashedOf(row: TrashRow): TrashedEntry {
  const image = imageOf(row.image);
  if (image === undefined) throw new TypeError("The index must contain only entries with an image");
  const book = row.isbn === null ? undefined : bookFromRow(row as BookText);
  const { removed_isbn: isbn, removed_at: deletedAt, trashed_until: until } = row;
  return { isbn, ...image, deletedAt, until, ...defined({ book }) };
}
