import * as z from "zod";
import { addedAtSchema } from "../../../../contract/library-fields.ts";
import { ownBookSchema } from "../../../../contract/library.ts";
import { parseIsbn } from "../../../catalogue/domain/isbn/isbn.ts";
import { unguardCell } from "../../../library/domain/formula.ts";
import type { Reason } from "../job/reasons.ts";
import type { CsvRecord, ImportRow, Verdict } from "../job/row.ts";
import { isBlank, storable } from "./cells.ts";
import { columnKey } from "./column-names.ts";
import { OWN_CONVENTIONS } from "./draft.ts";
import { exactEntry } from "./own-entry.ts";
import { readQueued } from "./own-queue.ts";
import { json, ownProgressSchema, valid } from "./own-values.ts";
import { planColumns, type Plan } from "./plan.ts";
import { readRow } from "./read-row.ts";
import { GOODREADS } from "./tables/goodreads.ts";
import { defined } from "../../../platform/defined.ts";

const ID = "BooksTrack Id";
const ID_KEY = columnKey(ID);
/** An id of a job, here or in another deployment. */
const sourceSchema = z.string().max(100);
const PROGRESS = "BooksTrack Progress";
const LOCAL_ID = /^local-[\w-]{1,100}$/;

/** Notes about the whole record. Other notes concern the Goodreads columns, which the exact columns replace. */
const RECORD_NOTES: readonly string[] = ["NUL_REMOVED", "TEXT_IMPROBABLE", "RAGGED_ROW"];

/** Whether a header belongs to an export of this service. */
export function isOwnHeader(header: readonly string[]): boolean {
  return header.some((cell) => columnKey(unguardCell(cell)) === ID_KEY);
}

/**
 * Creates a reader for this service's own export (docs/export.md). It uses the exact BooksTrack columns, and the Goodreads
 * columns beside them where the exact columns are blank.
 */
export function ownReader(header: readonly string[]): {
  columns: string[];
  read: (record: CsvRecord) => ImportRow;
} {
  const columns = planColumns(header.map(unguardCell), GOODREADS);
  const plan: Plan = {
    layout: GOODREADS,
    columns,
    conventions: { ...OWN_CONVENTIONS, dateOrder: "mdy" },
  };
  const places = new Map(header.map((cell, index) => [columnKey(unguardCell(cell)), index]));
  const read = (record: CsvRecord): ImportRow => {
    const cells = record.cells.map((cell) => unguardCell(cell));
    const row = readRow({ ...record, cells }, plan);
    const cell = (name: string): string => storable(cells[places.get(columnKey(name)) ?? -1] ?? "");
    if (isUnreadable(record, row)) return row;
    const queued = cell("BooksTrack Review Queue");
    return isBlank(queued) ? exact(row, cell) : readQueued(row, queued);
  };
  return { columns: columns.map(({ name }) => name), read };
}

function isUnreadable({ damage }: CsvRecord, { verdict }: ImportRow): boolean {
  const isShifted = verdict.kind === "invalid" && verdict.reason.code === "CELLS_SHIFTED";
  return damage !== undefined || isShifted;
}

/** Replaces the values read from the Goodreads columns by those of the exact columns. */
function exact(row: ImportRow, cell: (name: string) => string): ImportRow {
  const notes: Reason[] = row.notes.filter(({ code }) => RECORD_NOTES.includes(code));
  const text = (name: string): string | undefined => cell(name).trim() || undefined;
  const own = valid(notes, "BooksTrack Book", json(cell("BooksTrack Book")), ownBookSchema);
  const entry = exactEntry(cell, notes);
  const progress = valid(notes, PROGRESS, json(cell(PROGRESS)), ownProgressSchema);
  const added = valid(notes, "BooksTrack Added", text("BooksTrack Added"), addedAtSchema);
  const updated = valid(notes, "BooksTrack Updated", text("BooksTrack Updated"), addedAtSchema);
  const source = valid(notes, "BooksTrack Source", text("BooksTrack Source"), sourceSchema);
  const id = cell(ID).trim();
  // The export writes the id as the title of a book without a known title.
  const isUntitled = row.book.title === id || `isbn:${row.book.title}` === id;
  return {
    row: row.row,
    line: row.line,
    verdict: verdictOf(row, id),
    notes,
    ...(own === undefined ? { book: isUntitled ? {} : row.book } : { book: own, isOwnWords: true }),
    entry,
    ...defined({ addedAt: added === undefined ? undefined : secondsOf(added) }),
    ...(updated === undefined
      ? {}
      : { stood: { updatedAt: secondsOf(updated), ...defined({ source }) } }),
    ...defined({ progress }),
    identifiers: row.identifiers,
    raw: row.raw,
  };
}

const secondsOf = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

function verdictOf({ verdict, book }: ImportRow, id: string): Verdict {
  if (LOCAL_ID.test(id)) return book.title === undefined ? verdict : { kind: "shelve", isbn: id };
  const result = id === "" ? undefined : parseIsbn(id);
  if (result?.ok !== true) return verdict;
  return { kind: "shelve", isbn: result.isbn.isbn13, matchedBy: "isbn13" };
}
