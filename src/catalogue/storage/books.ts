import type { Metrics } from "../../platform/metrics/metrics.ts";
import type { BookRecord } from "../domain/book-record.ts";
import type { StoreReading } from "../domain/book-record.ts";
import type { SaveOutcome } from "../domain/resolve.ts";
import type { Log } from "../../platform/log.ts";
import {
  BOOK_COLUMNS,
  FIRST_VERSIONS,
  INSERT_BOOKS,
  OVERWRITE,
  toRow,
  toStoredBook,
  WRITTEN_COLUMNS,
  type BookRow,
} from "./book-row.ts";
import { withTimeout } from "../../platform/d1/with-timeout.ts";
import { searchTextsOf, writeSearchTexts } from "./search-texts.ts";

/** D1 answers in a few ms or has a problem; a scan has 5 s in total. */
const READ_BUDGET_MS = 2000;
/**
 * A user waits for the write of a new book too. A write that completes after this is harmless, because it is guarded by
 * its version.
 */
const WRITE_BUDGET_MS = 2000;

const FIND = `SELECT ${BOOK_COLUMNS} FROM Books WHERE isbn = ?1`;

/** The parameter after the columns. */
const VERSION = `?${WRITTEN_COLUMNS.length + 1}`;

// Columns and blob are bound from one book in one statement, so they cannot disagree. `VERSION` is the version that the
// writer read: 0 when there was no row.
const SAVE = `
  ${INSERT_BOOKS}
  SELECT ${WRITTEN_COLUMNS.map((_, index) => `?${index + 1}`).join(", ")}, ${FIRST_VERSIONS}
  WHERE ${VERSION} = 0 OR EXISTS (SELECT 1 FROM Books WHERE isbn = ?1 AND version = ${VERSION})
  ON CONFLICT(isbn) DO UPDATE SET ${OVERWRITE}
  WHERE Books.version = ${VERSION}`;

// Follows `SAVE`, and writes nothing if `SAVE` did not.
const SAVE_TEXT = writeSearchTexts("changes() > 0");

/** The catalogue in D1. */
export interface BookStore {
  /** One statement. `failed` when D1 throws or takes longer than 2 s. */
  find(isbn13: string): Promise<StoreReading>;
  /**
   * Saves the book and its search text in one batch. Writes only over the version that the caller read (`undefined`: no
   * row). `failed` as for `find`.
   */
  save(record: BookRecord, version: number | undefined): Promise<SaveOutcome>;
}

/** @param log receives every failure; callers only see `failed` */
export function d1BookStore(db: D1Database, log: Log): BookStore {
  return {
    async find(isbn13) {
      const read = await withTimeout(
        READ_BUDGET_MS,
        db.prepare(FIND).bind(isbn13).first<BookRow>(),
      );
      if (!read.ok) {
        log.error("d1_read_failed", { error: read.error });
        return { kind: "failed" };
      }
      return read.value ? { kind: "hit", stored: toStoredBook(read.value) } : { kind: "miss" };
    },
    async save(record, version) {
      const row = toRow(record);
      const values = WRITTEN_COLUMNS.map((name) => row[name]);
      const texts = JSON.stringify(searchTextsOf([record.book]));
      const batch = db.batch([
        db.prepare(SAVE).bind(...values, version ?? 0),
        db.prepare(SAVE_TEXT).bind(texts),
      ]);
      const write = await withTimeout(WRITE_BUDGET_MS, batch);
      if (write.ok) return (write.value[0]?.meta.changes ?? 0) > 0 ? "saved" : "conflict";
      log.error("d1_write_failed", { error: write.error });
      return "failed";
    },
  };
}

/** A store whose reads of single books are timed. */
export function timedReads(
  books: BookStore,
  metrics: Pick<Metrics, "observe">,
  now: () => number,
): BookStore {
  return {
    ...books,
    async find(isbn13) {
      const startedAt = now();
      const found = await books.find(isbn13);
      metrics.observe("d1_lookup_ms", now() - startedAt, {});
      return found;
    },
  };
}
