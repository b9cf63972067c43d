import type { FeedItem } from "../../../contract/sync.ts";
import {
  BYTES,
  filledOf,
  isLong,
  PAGE_COLUMNS,
  PROGRESS_COLUMNS,
  progressOf,
  type Filled,
  type PlaceRow,
  type ProgressRow,
} from "../../library/module.ts";
import { presentProgress } from "../../library/domain/progress.ts";
import { withoutNulls } from "../../platform/defined.ts";
import { libraryBook } from "../../library/domain/entry.ts";
import type { SourceName } from "../domain/position.ts";

/**
 * A row of any source: the sequence number of its latest write, and its id among the rows with that
 * number.
 */
export type SourceRow = { written: number; id: string | number } & Record<string, unknown>;

/** How the feed reads one kind of rows. */
export interface Source {
  /**
   * Parameters: ?1 user, ?2 and ?3 the number and id to begin after, ?4 the last number, ?5 the
   * limit, ?6 the number up to which removals are omitted.
   */
  sql: string;
  /** A value before every id. */
  first: string | number;
  /** Whether all rows are removals, which a client without earlier state does not need. */
  isRemoval: boolean;
  /** The id of a row that must be read separately, because its texts are long. */
  longId(row: SourceRow): number | undefined;
  /** @param filled the rows that were read separately, by id */
  itemOf(row: SourceRow, filled: ReadonlyMap<number, Filled>): FeedItem | undefined;
}

type EntryRow = PlaceRow & { id: number; bytes: number };

const entries: Source = {
  sql: `
  SELECT entry.seq AS written, ${BYTES} AS bytes, ${PAGE_COLUMNS}
  FROM UserLibrary AS entry INDEXED BY idx_user_library_seq
  LEFT JOIN Books AS book ON book.isbn = entry.isbn
  WHERE entry.user_id = ?1 AND (entry.seq, entry.id) > (?2, ?3) AND entry.seq <= ?4
  ORDER BY entry.seq, entry.id LIMIT ?5`,
  first: 0,
  isRemoval: false,
  longId(row) {
    const { id, bytes } = row as unknown as EntryRow;
    return isLong({ bytes }) ? id : undefined;
  },
  itemOf(row, filled) {
    const entryRow = row as unknown as EntryRow;
    const place = isLong(entryRow) ? filled.get(entryRow.id) : filledOf(entryRow)[0];
    if (place === undefined) return undefined;
    const { isbn, version } = place.entry;
    return { kind: "book", isbn, version, book: libraryBook(place.entry, place) };
  },
};

const removed: Source = {
  sql: `
  SELECT seq AS written, isbn AS id, version FROM RemovedEntries INDEXED BY idx_removed_entries_seq
  WHERE user_id = ?1 AND (seq, isbn) > (?2, ?3) AND seq <= ?4
  ORDER BY seq, isbn LIMIT ?5`,
  first: "",
  isRemoval: true,
  longId: () => undefined,
  itemOf(row) {
    const { id, version } = row as unknown as { id: string; version: number };
    return { kind: "book", isbn: id, version, deleted: true };
  },
};

const progress: Source = {
  sql: `
  SELECT seq AS written, ${PROGRESS_COLUMNS} FROM Progress INDEXED BY idx_progress_seq
  WHERE user_id = ?1 AND (seq, id) > (?2, ?3) AND seq <= ?4 AND (removed_at IS NULL OR seq > ?6)
  ORDER BY seq, id LIMIT ?5`,
  first: "",
  isRemoval: false,
  longId: () => undefined,
  itemOf(row) {
    const progressRow = row as unknown as ProgressRow;
    const { id, isbn, version } = progressRow;
    if (progressRow.removed_at !== null) {
      return { kind: "progress", id, isbn, version, deleted: true };
    }
    // Without the page count, which may change although the progress was not written.
    const shown = presentProgress(progressOf(progressRow), undefined);
    return { kind: "progress", id, isbn, version, progress: shown };
  },
};

type GoalRow = { id: number; version: number; removed_at: number | null } & Record<
  "books" | "pages" | "minutes",
  number | null
>;

// A user has only a few goals, so all of them are read.
const goals: Source = {
  sql: `
  SELECT seq AS written, year AS id, books, pages, minutes, version, removed_at FROM Goals
  WHERE user_id = ?1 AND (seq, year) > (?2, ?3) AND seq <= ?4 AND (removed_at IS NULL OR seq > ?6)
  ORDER BY seq, year LIMIT ?5`,
  first: 0,
  isRemoval: false,
  longId: () => undefined,
  itemOf(row) {
    const { id: year, version, removed_at, books, pages, minutes } = row as unknown as GoalRow;
    if (removed_at !== null) return { kind: "goal", year, version, deleted: true };
    return { kind: "goal", year, version, goal: withoutNulls({ books, pages, minutes }) };
  },
};

const settings: Source = {
  sql: `
  SELECT seq AS written, name AS id, value, version FROM Settings
  WHERE user_id = ?1 AND (seq, name) > (?2, ?3) AND seq <= ?4
  ORDER BY seq, name LIMIT ?5`,
  first: "",
  isRemoval: false,
  longId: () => undefined,
  itemOf(row) {
    const { id, version, value } = row as unknown as { id: string; version: number; value: string };
    return { kind: "setting", name: id, version, value: JSON.parse(value) as unknown };
  },
};

/** How each kind of rows is read. */
export const FEED_SOURCES: Readonly<Record<SourceName, Source>> = {
  entry: entries,
  removed,
  progress,
  goal: goals,
  setting: settings,
};
