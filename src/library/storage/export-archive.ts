import { defined } from "../../platform/defined.ts";
import type { Database } from "../../platform/d1/database.ts";
import { isoTime } from "../../platform/time.ts";
import { archivedMembers, type ArchiveDeps, type ArchiveRecord } from "../domain/archive.ts";
import type { ShelfPosition, Sort } from "../domain/shelf-query.ts";
import type { TrashPosition } from "../domain/trash.ts";
import type { Log } from "../../platform/log.ts";
import { d1Errors } from "../../platform/d1/database.ts";
import { PLACE_COLUMNS, placeOf, type PlaceRow } from "./entry-rows.ts";
import { exportGoals, exportProgress, exportSettings, progressRecordOf } from "./export-life.ts";
import { PROGRESS_COLUMNS, type ProgressRow } from "./progress-rows.ts";
import { fetchQueue } from "./review-queue-rows.ts";
import { readEntries } from "./shelf-pages.ts";
import { d1Trash } from "./trash.ts";

/** Entries, rows or moves per page; 200 entries of average size are half a megabyte. */
const PAGE_SIZE = 200;
/** Smaller for entries that are read whole, which may have a megabyte each. */
const CHANGED_PAGE_SIZE = 20;

const OLDEST_FIRST: Sort = { key: "added", descending: false };

const SEQ = "SELECT seq FROM Shelves WHERE user_id = ?1";

// ?2 the number of the last write included in earlier pages.
const CHANGED = `
  SELECT ${PLACE_COLUMNS}, entry.seq
  FROM UserLibrary AS entry INDEXED BY idx_user_library_seq
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  WHERE entry.user_id = ?1 AND (entry.seq, entry.id) > (?2, ?3) ORDER BY entry.seq, entry.id LIMIT ${CHANGED_PAGE_SIZE}`;

// ?2 the id after which the page starts. Progress that was deleted by itself has no values and a
// different time of removal.
const TRASHED_PROGRESS = `
  SELECT ${PROGRESS_COLUMNS} FROM Progress
  WHERE user_id = ?1 AND id > ?2 AND removed_at IS NOT NULL AND coalesce(page, percent, minutes) IS NOT NULL
    AND removed_at = (
      SELECT gone.removed_at FROM RemovedEntries AS gone
      WHERE gone.user_id = ?1 AND gone.isbn = Progress.isbn AND gone.image IS NOT NULL
    )
  ORDER BY id LIMIT ${PAGE_SIZE}`;

const MOVES = `
  SELECT isbn, moved_to FROM EditionMoves WHERE user_id = ?1 AND isbn > ?2 ORDER BY isbn LIMIT ${PAGE_SIZE}`;

/** All statements, for a test of their query plans. */
export const ARCHIVE_STATEMENTS = { SEQ, CHANGED, TRASHED_PROGRESS, MOVES };

/**
 * Reads all data of an account from D1, a page at a time. Entries that change meanwhile are read
 * again after the others, so that one that moves between shelf and trash is not missed.
 * @param log receives every failure
 */
export function d1Archive(db: D1Database, log: Log): ArchiveDeps["archive"] {
  const database = d1Errors(log);
  return async function* archive(userId) {
    const { read } = database;
    const begun = (await read(db.prepare(SEQ).bind(userId).first<number>("seq"))) ?? 0;
    yield await exportSettings(db, database, userId);
    yield await exportGoals(db, database, userId);
    yield* entries(db, database, userId);
    yield* trash(db, log, userId);
    yield* changed(db, database, userId, begun);
    yield* exportProgress(db, database, userId);
    yield* trashedProgress(db, database, userId);
    yield* moves(db, database, userId);
    yield* queue(db, database, userId);
  };
}

type Pages = AsyncGenerator<ArchiveRecord[]>;

async function* entries(db: D1Database, database: Database, userId: string): Pages {
  let after: ShelfPosition | undefined;
  do {
    const query = { sort: OLDEST_FIRST, after };
    const page = await readEntries(db, database, userId, query, PAGE_SIZE);
    yield page.entries.map(({ entry, ...place }) => ({
      type: "entry",
      ...archivedMembers(entry, place),
    }));
    after = page.last;
  } while (after);
}

async function* trash(db: D1Database, log: Log, userId: string): Pages {
  const { page } = d1Trash(db, log);
  let after: TrashPosition | undefined;
  do {
    const found = await page(userId, after, PAGE_SIZE);
    yield found.entries.map(({ entry, deletedAt, until, latest, ...place }) => ({
      type: "trash",
      ...archivedMembers(entry, place),
      ...defined({ latest }),
      deletedAt: isoTime(deletedAt),
      until: isoTime(until),
    }));
    after = found.last;
  } while (after);
}

async function* changed(db: D1Database, { read }: Database, userId: string, begun: number): Pages {
  let [seq, id] = [begun, Number.MAX_SAFE_INTEGER];
  for (;;) {
    const statement = db.prepare(CHANGED).bind(userId, seq, id);
    const { results } = await read(statement.all<PlaceRow & { seq: number }>());
    yield results.flatMap((row): ArchiveRecord[] => {
      const { entry, ...place } = placeOf(row);
      return entry ? [{ type: "entry", ...archivedMembers(entry, place) }] : [];
    });
    const last = results.at(-1);
    if (results.length < CHANGED_PAGE_SIZE || !last) return;
    [seq, id] = [last.seq, last.id ?? 0];
  }
}

async function* trashedProgress(db: D1Database, { read }: Database, userId: string): Pages {
  let after = "";
  for (;;) {
    const { results } = await read(
      db.prepare(TRASHED_PROGRESS).bind(userId, after).all<ProgressRow>(),
    );
    yield results.map((row) => ({ ...progressRecordOf(row), trashed: true }));
    const last = results.at(-1);
    if (results.length < PAGE_SIZE || !last) return;
    after = last.id;
  }
}

async function* moves(db: D1Database, { read }: Database, userId: string): Pages {
  let after = "";
  for (;;) {
    const { results } = await read(
      db.prepare(MOVES).bind(userId, after).all<{ isbn: string; moved_to: string }>(),
    );
    yield results.map(({ isbn, moved_to: movedTo }) => ({ type: "move", isbn, movedTo }));
    const last = results.at(-1);
    if (results.length < PAGE_SIZE || !last) return;
    after = last.isbn;
  }
}

async function* queue(db: D1Database, database: Database, userId: string): Pages {
  let after: { createdAt: number; id: string } | undefined;
  for (;;) {
    const { rows, hasMore } = await fetchQueue(db, database, { userId }, after, PAGE_SIZE);
    yield rows.map(({ item }) => ({ type: "review", ...item }));
    if (!hasMore) return;
    after = rows.at(-1);
  }
}
