import type { CsvRecord } from "../job/row.ts";
import {
  afterBreak,
  breakFrom,
  CR,
  LF,
  scanRecord,
  type Dialect,
  type Scanned,
} from "./scan-record.ts";
import { defined } from "../../../platform/defined.ts";

/** Maximum length of a cell, in characters. */
const MAX_CELL = 100_000;
/** Maximum length of a record, in characters: a D1 row is limited to 2 MB. */
const MAX_RECORD = 300_000;
/** Maximum number of cells; the widest known layout has 49 columns. */
const MAX_CELLS = 1000;
/** Length to which cells of a damaged record are truncated, enough to identify the record. */
const MAX_CUT_CELL_LENGTH = 1000;
/** Characters within which a record must end. The parser buffers slightly more than this. */
const LOOK_AHEAD = 1_000_000;
/**
 * Characters that may be scanned twice because of unbalanced quotes. A file that exceeds this is likely an attack on CPU
 * time: from then on no quoted cell may span lines.
 */
const REREAD_BUDGET = 10_000_000;

/** Written by old programs at the end of a file. */
const END_OF_FILE = "\u001A";

/** Splits a text that arrives in pieces into records. Rows are numbered from 1, as if there were no header. */
export interface RecordParser {
  /** Adds text. @returns the records that are now complete */
  push(text: string): CsvRecord[];
  /** Ends the text. @returns the remaining records */
  end(): CsvRecord[];
}

/** @param firstLine line number at which the text begins */
export function recordParser(initialDialect: Dialect, firstLine: number): RecordParser {
  let dialect = initialDialect;
  let text = "";
  let pos = 0;
  let wanted = 0;
  let line = firstLine;
  let row = 0;
  let reread = 0;
  let isSkipping = false;
  let hasNul = false;

  /** Scans the record that begins at `pos`; undefined when more text is needed. */
  const scan = (isEnd: boolean): Scanned | undefined => {
    const scanned = scanRecord(text, pos, isEnd, dialect);
    const buffered = text.length - pos;
    if (scanned !== undefined || buffered <= LOOK_AHEAD) return scanned;
    const cut = scanRecord(text, pos, true, dialect);
    const isEnded = breakFrom(text, text.length - 1) < text.length;
    isSkipping = cut !== undefined && cut.next >= text.length && !isEnded;
    return cut;
  };

  const take = (scanned: Scanned): CsvRecord | undefined => {
    const start = line;
    line += breaksIn(text, pos, scanned.next);
    const { cells } = scanned;
    const [first = ""] = cells;
    if (cells.length === 1 && first.length < 100 && isBlank(first, text.charCodeAt(pos)))
      return undefined;
    row += 1;
    const isLong = scanned.next - pos > MAX_RECORD || cells.length > MAX_CELLS;
    const damage = damageOf(scanned, isLong);
    const bounded = damage === undefined ? cells : cells.slice(0, MAX_CELLS).map(shortened);
    const hadNul = hasNul && bounded.some((cell) => cell.includes("\0"));
    return {
      row,
      line: start,
      cells: hadNul ? bounded.map((cell) => cell.replaceAll("\0", "")) : bounded,
      ...defined({ damage }),
      ...(hadNul ? { hadNul } : {}),
    };
  };

  /** Skips the rest of an overlong line. @returns whether its end has been reached */
  const skipLine = (isEnd: boolean): boolean => {
    const end = breakFrom(text, pos);
    if (end + 1 >= text.length && !isEnd) {
      pos = text.charCodeAt(end) === CR ? end : text.length;
      if (text.charCodeAt(end) !== LF) return false;
    }
    if (end < text.length) line += 1;
    pos = afterBreak(text, end);
    isSkipping = false;
    return true;
  };

  const drain = (isEnd: boolean): CsvRecord[] => {
    const records: CsvRecord[] = [];
    while (pos < text.length) {
      if (isSkipping) {
        if (!skipLine(isEnd)) break;
        continue;
      }
      const scanned = scan(isEnd);
      if (scanned === undefined) break;
      reread += Math.max(0, scanned.looked - scanned.next);
      if (reread > REREAD_BUDGET) dialect = { ...dialect, quotesSpanLines: false };
      const record = take(scanned);
      if (record) records.push(record);
      pos = scanned.next;
    }
    text = text.slice(pos);
    pos = 0;
    // An incomplete record is scanned again only after its text has doubled, so that small pieces cost no more than large ones.
    wanted = Math.min(text.length * 2, text.length + LOOK_AHEAD);
    return records;
  };

  return {
    push(piece) {
      hasNul ||= piece.includes("\0");
      text += piece;
      return text.length < wanted ? [] : drain(false);
    },
    end: () => drain(true),
  };
}

function damageOf({ cells, damage }: Scanned, isLong: boolean): CsvRecord["damage"] {
  if (damage !== undefined) return damage;
  if (cells.some((cell) => cell.length > MAX_CELL)) return "CELL_TOO_LONG";
  return isLong ? "ROW_TOO_LONG" : undefined;
}

/** A blank line is not a record, but a line with a quoted empty cell is. */
const isBlank = (cell: string, code: number): boolean =>
  code !== 0x22 && cell.replaceAll(END_OF_FILE, "").trim() === "";

const shortened = (cell: string): string =>
  cell.length > MAX_CUT_CELL_LENGTH ? `${cell.slice(0, MAX_CUT_CELL_LENGTH)}…` : cell;

function breaksIn(text: string, from: number, to: number): number {
  let breaks = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LF && (at === 0 || at === from || text.charCodeAt(at - 1) !== CR)) breaks += 1;
    else if (code === CR) breaks += 1;
  }
  return breaks;
}
