import type { CsvRecord } from "../job/row.ts";
import {
  behindBreak,
  breakFrom,
  CR,
  LF,
  scanRecord,
  type Dialect,
  type Scanned,
} from "./scan-record.ts";

/** The longest cell that is taken, in characters. */
const MAX_CELL = 100_000;
/** The longest record that is taken: in D1 a row holds 2 MB. */
const MAX_RECORD = 300_000;
/** The widest layout has 49 columns. */
const MAX_CELLS = 1000;
/** What is kept of a cell of a record that is not taken: enough to know it by. */
const KEPT_OF_CELL = 1000;
/** Characters in which a record must end; what is held in memory is a little more. */
const LOOK_AHEAD = 1_000_000;
/**
 * Characters that may be read a second time behind unbalanced quotes. A file that wants more is made to cost time: from
 * then on no quoted cell may span lines.
 */
const REREAD_BUDGET = 10_000_000;

/** Old programs end a file with it. */
const END_OF_FILE = "\u001A";

/** Cuts records out of a text that comes in pieces. Rows are numbered from 1, as if there were no header. */
export interface RecordParser {
  /** The records that end in what came so far. */
  push(text: string): CsvRecord[];
  /** The rest. */
  end(): CsvRecord[];
}

/** @param firstLine the number of the line at which the text begins */
export function recordParser(given: Dialect, firstLine: number): RecordParser {
  let dialect = given;
  let text = "";
  let pos = 0;
  let wanted = 0;
  let line = firstLine;
  let row = 0;
  let reread = 0;
  let isSkipping = false;
  let hasNul = false;

  /** The record that begins at `pos`; `undefined` when it takes more text to say. */
  const scan = (isEnd: boolean): Scanned | undefined => {
    const scanned = scanRecord(text, pos, isEnd, dialect);
    const held = text.length - pos;
    if (scanned !== undefined || held <= LOOK_AHEAD) return scanned;
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
    const kept = damage === undefined ? cells : cells.slice(0, MAX_CELLS).map(shortened);
    const isNulled = hasNul && kept.some((cell) => cell.includes("\0"));
    return {
      row,
      line: start,
      cells: isNulled ? kept.map((cell) => cell.replaceAll("\0", "")) : kept,
      ...(damage === undefined ? {} : { damage }),
      ...(isNulled ? { hadNul: true } : {}),
    };
  };

  /** Drops the rest of a line that is too long. Says whether its end has come. */
  const skipLine = (isEnd: boolean): boolean => {
    const end = breakFrom(text, pos);
    if (end + 1 >= text.length && !isEnd) {
      pos = text.charCodeAt(end) === CR ? end : text.length;
      if (text.charCodeAt(end) !== LF) return false;
    }
    if (end < text.length) line += 1;
    pos = behindBreak(text, end);
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
    // A record that is not complete is looked at again when it has doubled: so small pieces cost no more than large ones.
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

/** A line without a cell; a quoted one is a cell. */
const isBlank = (cell: string, code: number): boolean =>
  code !== 0x22 && cell.replaceAll(END_OF_FILE, "").trim() === "";

const shortened = (cell: string): string =>
  cell.length > KEPT_OF_CELL ? `${cell.slice(0, KEPT_OF_CELL)}…` : cell;

function breaksIn(text: string, from: number, to: number): number {
  let breaks = 0;
  for (let at = from; at < to; at += 1) {
    const code = text.charCodeAt(at);
    if (code === LF && (at === 0 || at === from || text.charCodeAt(at - 1) !== CR)) breaks += 1;
    else if (code === CR) breaks += 1;
  }
  return breaks;
}
