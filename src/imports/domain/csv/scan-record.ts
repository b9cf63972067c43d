const QUOTE = 0x22;
const SPACE = 0x20;
const BACKSLASH = 0x5c;
export const CR = 0x0d;
export const LF = 0x0a;

/** How records are written. */
export interface Dialect {
  /** One character. */
  delimiter: string;
  /** How a quote stands within a quoted cell: `""` or `\"`. */
  escape: "doubled" | "backslash";
  /** Cells that most records have; 0 while that is not known. */
  width: number;
  /** False: a quote that is not closed on its line is unbalanced. */
  quotesSpanLines: boolean;
}

/** A record as it was cut out of a text. */
export interface Scanned {
  cells: string[];
  /** Where the next one begins. */
  next: number;
  /** How far the text was looked at; more than `next` when a quote turned out to be unbalanced. */
  looked: number;
  damage?: "UNBALANCED_QUOTE";
}

/**
 * Reads the record that begins at `from`. Text behind a closing quote belongs to the cell; a quote within a cell that
 * does not begin with one is a character like any other. A quote that is never closed, or that would swallow what are
 * plainly records of their own, is unbalanced: then the record is its first line.
 * @param isEnd whether `text` ends where the file ends
 * @returns `undefined` when the record may go on behind the end of `text`
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
    const next = behindBreak(text, pos);
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

/** Reads a quoted cell, from behind its opening quote. */
function scanQuoted(
  text: string,
  start: number,
  { from, isEnd, dialect }: { from: number; isEnd: boolean; dialect: Dialect },
): QuotedCell | "more" {
  const delimiter = dialect.delimiter.charCodeAt(0);
  const isBackslash = dialect.escape === "backslash";
  let cell = "";
  let piece = start;
  // Start of the line that is being read, and of the last one that was looked at.
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
    // Over several lines this is a stray quote of a text, or the first of a later record.
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

/** The record of an unbalanced quote: it ends with its line, or before the first line in it that is a record itself. */
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
  const next = within ?? behindBreak(text, breakFrom(text, opening));
  return { cells: first?.cells ?? [], next, looked, damage };
}

/**
 * Where the first line begins that is a record of the usual width by itself, of the lines behind the one of `from` up to
 * the one of `to`.
 */
function recordWithin(
  text: string,
  from: number,
  to: number,
  isEnd: boolean,
  dialect: Dialect,
): number | "more" | undefined {
  if (dialect.width === 0) return undefined;
  for (let start = behindBreak(text, breakFrom(text, from)); start <= to;) {
    const end = breakFrom(text, start);
    if (end >= text.length && !isEnd) return "more";
    const line = scanRecord(text.slice(start, end), 0, true, { ...dialect, width: 0 });
    const hasOddQuotes = text.slice(start, end).split('"').length % 2 === 0;
    if (line !== undefined && isRecord(line, dialect.width, hasOddQuotes)) return start;
    if (end >= text.length) return undefined;
    start = behindBreak(text, end);
  }
  return undefined;
}

/** A record whose last cell goes on in the next line is one too; the end of a cell from the line before has a quote more. */
function isRecord({ cells, damage }: Scanned, width: number, hasOddQuotes: boolean): boolean {
  if (damage !== undefined) return hasOddQuotes && cells.length > 1 && cells.length <= width;
  return cells.length === width && !hasOddQuotes && cells.some((cell) => cell !== "");
}

/** The quote that opens the cell at `pos`, spaces before it left out; negative when the cell is plain. */
function openingQuote(text: string, pos: number): number {
  let at = pos;
  while (text.charCodeAt(at) === SPACE) at += 1;
  return text.charCodeAt(at) === QUOTE ? at : -1;
}

/** Where a cell without quotes ends: at the delimiter, the line break, or the end of the text. */
function plainEnd(text: string, from: number, delimiter: number): number {
  let pos = from;
  for (; pos < text.length; pos += 1) {
    const code = text.charCodeAt(pos);
    if (code === delimiter || code === LF || code === CR) break;
  }
  return pos;
}

/** Where the last line break between two places ends; negative when there is none. */
function lastBreak(text: string, from: number, to: number): number {
  for (let pos = to - 1; pos >= from; pos -= 1) {
    const code = text.charCodeAt(pos);
    if (code === LF || code === CR) return pos;
  }
  return -1;
}

/** The next line break, or the end of the text. */
export function breakFrom(text: string, from: number): number {
  return plainEnd(text, from, LF);
}

/** Behind the line break at `pos`, CRLF, LF or CR; the end of the text where there is none. */
export function behindBreak(text: string, pos: number): number {
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
