import { defined } from "../../../platform/defined.ts";
import { labelOf } from "../job/account-line.ts";
import { reason, type Reason } from "../job/reasons.ts";
import type { CsvRecord, ParsedRow, ImportRow, MatchedBy, Verdict } from "../job/row.ts";
import { utf8Length } from "./utf8-length.ts";

/** A row as stored before shelving; an absent field is NULL. */
export interface StagedRow {
  row: number;
  line: number;
  hash: string;
  verdict: Verdict["kind"];
  isbn?: string;
  title?: string;
  matchedBy?: MatchedBy;
  /** Present unless the row is invalid. */
  parsed?: ParsedRow;
  /** Present unless the row is to be shelved. */
  raw?: Readonly<Record<string, string>>;
  notes: readonly Reason[];
  reason?: Reason;
  /**
   * The cells of a row that must be read again if later rows show other conventions than the first
   * ones.
   */
  cells?: readonly string[];
  /** The row has been queued for review, and its cells are in the item of the queue instead. */
  isQueued?: true;
}

/** Maximum size of a row as JSON: D1 limits rows to 2 MB, and the job later adds an image of the entry for undo. */
const MAX_ROW_BYTES = 1_000_000;
/** Length to which the raw cells of an oversized row are truncated, in UTF-16 code units. */
const MAX_CUT_CELL_LENGTH = 1000;

/** A stored row and its size as JSON in UTF-8. */
export interface SizedRow {
  row: StagedRow;
  bytes: number;
}

/**
 * Builds the stored row. The raw cells of an oversized row are truncated; if it is still too large,
 * it becomes invalid with ROW_TOO_LONG.
 * @param hash hash of the record's cells
 */
export function stagedRow(record: CsvRecord, read: ImportRow, hash: string): SizedRow {
  const staged = sized(whole(read, hash, notesOf(record, read)));
  if (staged.bytes <= MAX_ROW_BYTES) return staged;
  const { raw, ...rest } = staged.row;
  const cut = sized({ ...rest, ...(raw ? { raw: shortened(raw) } : {}) });
  if (cut.bytes <= MAX_ROW_BYTES) return cut;
  const { parsed: _parsed, isbn: _isbn, matchedBy: _matchedBy, ...others } = cut.row;
  return sized({
    ...others,
    verdict: "invalid",
    raw: shortened(read.raw),
    reason: reason("ROW_TOO_LONG"),
  });
}

const sized = (row: StagedRow): SizedRow => ({ row, bytes: utf8Length(JSON.stringify(row)) });

function whole(read: ImportRow, hash: string, notes: readonly Reason[]): StagedRow {
  const { row, line, verdict, notes: _notes, raw: _raw, hash: known, ...parsed } = read;
  const { book } = parsed;
  const title = defined({ title: book.title });
  const common = { row, line, hash: known ?? hash, ...title, notes };
  switch (verdict.kind) {
    case "shelve": {
      const { isbn, matchedBy } = verdict;
      return { ...common, verdict: "shelve", isbn, ...(matchedBy ? { matchedBy } : {}), parsed };
    }
    case "account":
      return { ...common, ...labelOf(parsed.account), verdict: "account", parsed };
    case "match":
      return { ...common, verdict: "match", parsed, raw: read.raw, reason: verdict.reason };
    case "invalid":
      return { ...common, verdict: "invalid", raw: read.raw, reason: verdict.reason };
  }
}

function notesOf({ hadNul }: CsvRecord, { notes }: ImportRow): readonly Reason[] {
  const isNoted = notes.some(({ code }) => code === "NUL_REMOVED");
  return hadNul === true && !isNoted ? [...notes, reason("NUL_REMOVED")] : notes;
}

function shortened(raw: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(raw).map(([column, cell]) => [
      column,
      cell.length > MAX_CUT_CELL_LENGTH ? `${cell.slice(0, MAX_CUT_CELL_LENGTH)}…` : cell,
    ]),
  );
}
