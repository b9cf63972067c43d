const QUOTE = 0x22;
const SPACE = 0x20;
const BACKSLASH = 0x5c;
export const CR = 0x0d;
export const LF = 0x0a;

/** The format of records. */
export interface Dialect {
  /** One character. */
  delimiter: string;
  /** How a quote is escaped within a quoted cell: `""` or `\"`. */
  escape: "doubled" | "backslash";
  /** Most common number of cells per record; 0 while unknown. */
  width: number;
  /** If false, a quote that is not closed on its line is unbalanced. */
  quotesSpanLines: boolean;
}

/** A record found in a text. */
export interface Scanned {
  cells: string[];
  /** Where the next record begins. */
  next: number;
  /** How far the text was scanned; greater than `next` when a quote turned out to be unbalanced. */
  looked: number;
  damage?: "UNBALANCED_QUOTE";
}

/**
 * Scans the record that begins at `from`. Text after a closing quote belongs to the cell. A quote inside an unquoted cell is
 * an ordinary character. A quote is unbalanced if it is never closed or if its cell would swallow lines that are clearly
 * records; then the record is only its first line.
 * @param isEnd whether `text` ends at the end of the file
 * @returns undefined when the record may continue after the end of `text`
 */
export function scanRecord(
  text: string,
  from: number,
  isEnd: boolean,
  dialect: Dialect,
): Scanned | undefined {
  const delimiter = dialect.delimiter.charCodeAt(0);
  const cells: string[] = [];
  let quotesSpan = false;
  for (let pos = from; ; pos += 1) {
    const opening = openingQuote(text, pos);
    if (opening < 0) {
      const end = plainEnd(text, pos, delimiter);
      cells.push(text.slice(pos, end));
      pos = end;
    } else {
      const cell = scanQuoted(text, opening + 1, { from, isEnd, dialect });
      if (cell === "more") return undefined;
      if (cell.kind === "unbalanced") {
        return firstLineOnly(text, { from, opening, isEnd, looked: cell.looked, cells, dialect });
      }
      cells.push(cell.text);
      quotesSpan ||= cell.spansLines;
      pos = cell.next;
    }
    if (pos >= text.length && !isEnd) return undefined;
    if (text.charCodeAt(pos) === delimiter) continue;
    // A line feed may follow.
    if (pos + 1 >= text.length && !isEnd && text.charCodeAt(pos) === CR) return undefined;
    const next = afterBreak(text, pos);
    if (quotesSpan && cells.length !== dialect.width) {
      const within = recordWithin(text, from, pos, isEnd, dialect);
      if (within === "more") return undefined;
      if (within !== undefined) {
        return firstLineOnly(text, { from, opening: pos, isEnd, looked: next, cells, dialect });
      }
    }
    return { cells, next, looked: next };
  }
}

type QuotedCell =
  | { kind: "closed"; text: string; next: number; spansLines: boolean }
  | { kind: "unbalanced"; looked: number };

/** Scans a quoted cell. @param start position after its opening quote */
function scanQuoted(
  text: string,
  start: number,
  { from, isEnd, dialect }: { from: number; isEnd: boolean; dialect: Dialect },
): QuotedCell | "more" {
  const delimiter = dialect.delimiter.charCodeAt(0);
  const isBackslash = dialect.escape === "backslash";
  let cell = "";
  let piece = start;
  // Start of the current line, and of the last line that was checked for records.
  let line = from;
  let checked = from;
  let spansLines = false;
  for (let pos = start; ;) {
    const quote = text.indexOf('"', pos);
    if (quote < 0) return isEnd ? { kind: "unbalanced", looked: text.length } : "more";
    const lineBreak = lastBreak(text, pos, quote);
    if (lineBreak >= 0) {
      line = lineBreak + 1;
      spansLines = true;
    }
    if (spansLines && !dialect.quotesSpanLines) return { kind: "unbalanced", looked: quote };
    const after = text.charCodeAt(quote + 1);
    if (isBackslash && backslashesBefore(text, piece, quote) % 2 === 1) {
      cell += `${plainOf(text.slice(piece, quote - 1), isBackslash)}"`;
      pos = piece = quote + 1;
      continue;
    }
    if (quote + 1 === text.length && !isEnd) return "more";
    if (after === QUOTE) {
      cell += plainOf(text.slice(piece, quote + 1), isBackslash);
      pos = piece = quote + 2;
      continue;
    }
    if (after === delimiter || after === CR || after === LF || quote + 1 === text.length) {
      cell += plainOf(text.slice(piece, quote), isBackslash);
      return { kind: "closed", text: cell, next: quote + 1, spansLines };
    }
    if (text.charCodeAt(quote - 1) === BACKSLASH && quote > piece) {
      cell += `${text.slice(piece, quote - 1)}"`;
      pos = piece = quote + 1;
      continue;
    }
    if (!spansLines) {
      const end = plainEnd(text, quote + 1, delimiter);
      if (end >= text.length && !isEnd) return "more";
      cell += plainOf(text.slice(piece, quote), isBackslash) + text.slice(quote + 1, end);
      return { kind: "closed", text: cell, next: end, spansLines };
    }
    // In a cell of several lines this is either a stray quote in its text or the opening quote of a later record.
    if (line > checked) {
      const within = recordWithin(text, checked, quote, isEnd, dialect);
      if (within === "more") return "more";
      if (within !== undefined) return { kind: "unbalanced", looked: quote };
      checked = line;
    }
    pos = quote + 1;
  }
}

interface Unbalanced {
  from: number;
  opening: number;
  isEnd: boolean;
  looked: number;
  cells: string[];
  dialect: Dialect;
}

/** Builds the record of an unbalanced quote. It ends with its line, or before the first line in it that is itself a record. */
function firstLineOnly(
  text: string,
  { from, opening, isEnd, looked, cells, dialect }: Unbalanced,
): Scanned | undefined {
  const within = recordWithin(text, from, opening, isEnd, dialect);
  if (within === "more") return undefined;
  const end = breakFrom(text, from);
  const damage = "UNBALANCED_QUOTE";
  if (end >= text.length && within === undefined) {
    const own = opening < text.length ? [...cells, text.slice(opening)] : cells;
    return { cells: own, next: text.length, looked: text.length, damage };
  }
  const first = scanRecord(text.slice(from, end), 0, true, dialect);
  const next = within ?? afterBreak(text, breakFrom(text, opening));
  return { cells: first?.cells ?? [], next, looked, damage };
}

/**
 * Finds the first line that is on its own a record of the usual width, among the lines after the line of `from` up to and
 * including the line of `to`. @returns its start
 */
function recordWithin(
  text: string,
  from: number,
  to: number,
  isEnd: boolean,
  dialect: Dialect,
): number | "more" | undefined {
  if (dialect.width === 0) return undefined;
  for (let start = afterBreak(text, breakFrom(text, from)); start <= to;) {
    const end = breakFrom(text, start);
    if (end >= text.length && !isEnd) return "more";
    const line = scanRecord(text.slice(start, end), 0, true, { ...dialect, width: 0 });
    const hasOddQuotes = text.slice(start, end).split('"').length % 2 === 0;
    if (line !== undefined && isRecord(line, dialect.width, hasOddQuotes)) return start;
    if (end >= text.length) return undefined;
    start = afterBreak(text, end);
  }
  return undefined;
}

/**
 * Accepts a complete record, and one whose last cell continues on the next line. The end of a cell from an earlier line is
 * rejected by its odd number of quotes.
 */
function isRecord({ cells, damage }: Scanned, width: number, hasOddQuotes: boolean): boolean {
  if (damage !== undefined) return hasOddQuotes && cells.length > 1 && cells.length <= width;
  return cells.length === width && !hasOddQuotes && cells.some((cell) => cell !== "");
}

/** Finds the quote that opens the cell at `pos`, after optional spaces; negative when the cell is unquoted. */
function openingQuote(text: string, pos: number): number {
  let at = pos;
  while (text.charCodeAt(at) === SPACE) at += 1;
  return text.charCodeAt(at) === QUOTE ? at : -1;
}

/** Finds the end of an unquoted cell: the delimiter, a line break or the end of the text. */
function plainEnd(text: string, from: number, delimiter: number): number {
  let pos = from;
  for (; pos < text.length; pos += 1) {
    const code = text.charCodeAt(pos);
    if (code === delimiter || code === LF || code === CR) break;
  }
  return pos;
}

/** Finds the last line break character in a range; negative when there is none. */
function lastBreak(text: string, from: number, to: number): number {
  for (let pos = to - 1; pos >= from; pos -= 1) {
    const code = text.charCodeAt(pos);
    if (code === LF || code === CR) return pos;
  }
  return -1;
}

/** Finds the next line break or the end of the text. */
export function breakFrom(text: string, from: number): number {
  return plainEnd(text, from, LF);
}

/** Returns the position after the line break (CRLF, LF or CR) at `pos`, but not beyond the end of the text. */
export function afterBreak(text: string, pos: number): number {
  const isPair = text.charCodeAt(pos) === CR && text.charCodeAt(pos + 1) === LF;
  return Math.min(text.length, pos + (isPair ? 2 : 1));
}

function backslashesBefore(text: string, from: number, pos: number): number {
  let count = 0;
  while (pos - count > from && text.charCodeAt(pos - count - 1) === BACKSLASH) count += 1;
  return count;
}

const plainOf = (text: string, isBackslash: boolean): string =>
  isBackslash ? text.replaceAll("\\\\", "\\") : text;
