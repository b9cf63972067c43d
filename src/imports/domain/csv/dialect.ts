import { CR, LF, scanRecord, type Dialect } from "./scan-record.ts";

/** Delimiters in order of preference when several fit equally well. */
const DELIMITERS = [",", ";", "\t", "|"] as const;
/** Number of records to sample. */
const SAMPLE_SIZE = 100;
/**
 * Number of records searched for a header, and the header's score, which exceeds that of any number
 * of cells.
 */
const HEADER_RECORDS = 5;
const HEADER_SCORE = 100;
/** Longer cells are not column names. */
const MAX_NAME = 60;
/**
 * Minimum score of a table. A file below it is a one-column list in which some cells contain a comma; a three-column table
 * scores more even if half of its lines are title lines.
 */
const MIN_SCORE = 0.5;
/** Excel's `sep=` line, which declares the delimiter. A letter or digit after `=` means that the line is a column name. */
const DECLARED = /^"?sep=([^\p{L}\p{N}"\r\n])"?(?:\r\n|\r|\n|$)/iu;
/** A backslash and a quote followed by text: does not occur in files that double their quotes. */
const ESCAPED = /\\"(?=[^",;\t|\r\n])/;
/** Two quotes that are neither an empty cell nor an escaped quote followed by the end of its cell. */
const DOUBLED = /[^\\,;\t|\r\n]""|""[^",;\t|\r\n]/;

/** The detected dialect of a file. */
export interface FoundDialect extends Dialect {
  /** Length of the `sep=` line at the start of the file, in characters; 0 without one. */
  skip: number;
}

/**
 * Detects the dialect of a file from its beginning: by a header, or else by the number of cells per
 * record.
 * @param isWhole whether `head` is the whole file
 */
export function dialectOf(
  head: string,
  isWhole: boolean,
  isKnownName: (name: string) => boolean,
): FoundDialect {
  const [line = "", declared] = DECLARED.exec(head) ?? [];
  const text = head.slice(line.length);
  const escape = ESCAPED.test(text) && !DOUBLED.test(text) ? "backslash" : "doubled";
  const tried = (declared === undefined ? DELIMITERS : [declared]).map((delimiter) => {
    const dialect: Dialect = { delimiter, escape, width: 0, quotesSpanLines: true };
    const { width, score, start } = usualWidth(text, isWhole, dialect);
    const hasHeader = start.some((cells) => isHeader(cells, isKnownName));
    return { ...dialect, width, score: hasHeader ? score + HEADER_SCORE : score };
  });
  const best = tried.reduce((one, other) => (other.score > one.score ? other : one));
  // A one-column list, with cells that may contain delimiters as text.
  const single = tried.find((one) => !text.includes(one.delimiter)) ?? best;
  const isList = declared === undefined && best.score < MIN_SCORE;
  const { delimiter, width } = isList ? single : best;
  return { delimiter, escape, width, quotesSpanLines: true, skip: line.length };
}

/** Whether a record consists of column names, most of which are known. */
function isHeader(cells: readonly string[], isKnownName: (name: string) => boolean): boolean {
  const known = cells.filter((cell) => cell.length <= MAX_NAME && isKnownName(cell)).length;
  return known > 1 && 2 * known > cells.length;
}

/** Finds the most common number of cells per record. The score grows with that number and with its share of the records. */
function usualWidth(
  text: string,
  isWhole: boolean,
  dialect: Dialect,
): { width: number; score: number; start: string[][] } {
  const start: string[][] = [];
  const counts = new Map<number, number>();
  let records = 0;
  for (let from = 0; from < text.length && records < SAMPLE_SIZE;) {
    const scanned = scanRecord(text, from, true, dialect);
    // A record truncated by the end of the sample is ignored, unless it is the only one.
    const isCut = !isWhole && scanned !== undefined && scanned.looked >= text.length;
    if (scanned === undefined || (isCut && records > 0)) break;
    if (!isLineBreak(text.charCodeAt(from))) {
      records += 1;
      const { length } = scanned.cells;
      if (records <= HEADER_RECORDS) start.push(scanned.cells);
      counts.set(length, (counts.get(length) ?? 0) + 1);
    }
    from = scanned.next;
  }
  let usual = { width: 1, count: 0 };
  for (const [width, count] of counts) {
    if (width === 1) continue;
    if (count > usual.count || (count === usual.count && width > usual.width)) {
      usual = { width, count };
    }
  }
  const score = records === 0 ? 0 : (usual.count / records) * Math.log2(usual.width);
  return { width: usual.width, score, start };
}

const isLineBreak = (code: number): boolean => code === CR || code === LF;
