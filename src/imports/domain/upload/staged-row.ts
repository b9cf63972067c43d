import { reason, type Reason } from "../job/reasons.ts";
import type { CsvRecord, ParsedRow, ImportRow, MatchedBy, Verdict } from "../job/row.ts";
import { utf8Length } from "./utf8-length.ts";

/** A row as it is stored before the job takes it up; absent is NULL. */
export interface StagedRow {
  row: number;
  line: number;
  hash: string;
  verdict: Verdict["kind"];
  isbn?: string;
  title?: string;
  matchedBy?: MatchedBy;
  /** Of a row that may yet be shelved. */
  parsed?: ParsedRow;
  /** Of a row in need of a hand. */
  raw?: Readonly<Record<string, string>>;
  notes: readonly Reason[];
  reason?: Reason;
}

/** A row takes at most this in JSON: D1 takes rows of 2 MB, and the job adds the entry as it was. */
const MAX_ROW_BYTES = 1_000_000;
/** What is kept of a cell of a row that is larger. */
const KEPT_OF_CELL = 1000;

/** @param hash of the record's cells */
export function stagedRow(record: CsvRecord, read: ImportRow, hash: string): StagedRow {
  const staged = whole(read, hash, notesOf(record, read));
  if (fits(staged)) return staged;
  const { raw, ...rest } = staged;
  const cut: StagedRow = { ...rest, ...(raw ? { raw: shortened(raw) } : {}) };
  if (fits(cut)) return cut;
  const { parsed: _filed, isbn: _isbn, matchedBy: _matchedBy, ...named } = cut;
  return {
    ...named,
    verdict: "invalid",
    raw: shortened(read.raw),
    reason: reason("ROW_TOO_LONG"),
  };
}

function whole(read: ImportRow, hash: string, notes: readonly Reason[]): StagedRow {
  const { row, line, verdict, notes: _notes, raw: _raw, hash: known, ...parsed } = read;
  const { book } = parsed;
  const title = book.title === undefined ? {} : { title: book.title };
  const common = { row, line, hash: known ?? hash, ...title, notes };
  switch (verdict.kind) {
    case "shelve": {
      const { isbn, matchedBy } = verdict;
      return { ...common, verdict: "shelve", isbn, ...(matchedBy ? { matchedBy } : {}), parsed };
    }
    case "match":
      return { ...common, verdict: "match", parsed, raw: read.raw, reason: verdict.reason };
    case "invalid":
      return { ...common, verdict: "invalid", raw: read.raw, reason: verdict.reason };
  }
}

function notesOf({ hadNul }: CsvRecord, { notes }: ImportRow): readonly Reason[] {
  const isSaid = notes.some(({ code }) => code === "NUL_REMOVED");
  return hadNul === true && !isSaid ? [...notes, reason("NUL_REMOVED")] : notes;
}

const fits = (staged: StagedRow): boolean => utf8Length(JSON.stringify(staged)) <= MAX_ROW_BYTES;

function shortened(raw: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(raw).map(([column, cell]) => [
      column,
      cell.length > KEPT_OF_CELL ? `${cell.slice(0, KEPT_OF_CELL)}…` : cell,
    ]),
  );
}
