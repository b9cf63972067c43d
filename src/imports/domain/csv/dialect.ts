import { CR, LF, scanRecord, type Dialect } from "./scan-record.ts";

/** Delimiters in the order in which they are taken when several fit equally well. */
const DELIMITERS = [",", ";", "\t", "|"] as const;
/** Records that are looked at. */
const SAMPLED = 100;
/** Less than what a table of three columns has of which half is lines of title: a list in which some cells hold a comma. */
const MIN_SCORE = 0.5;
/** Excel's first line that names the delimiter; a letter or digit there is a column's name. */
const DECLARED = /^"?sep=([^\p{L}\p{N}"\r\n])"?(?:\r\n|\r|\n|$)/iu;
/** A quote behind a backslash, with text following: where quotes are doubled this is never to be seen. */
const ESCAPED = /\\"(?=[^",;\t|\r\n])/;
/** Two quotes that are neither an empty cell nor the end of a cell behind an escaped quote. */
const DOUBLED = /[^\\,;\t|\r\n]""|""[^",;\t|\r\n]/;

/** How a file separates and quotes. */
export interface FoundDialect extends Dialect {
  /** Characters at the start of the file that are no record: the line that names the delimiter. */
  skip: number;
}

/**
 * Finds out how a file is written from its beginning.
 * @param isWhole whether `head` is all of the file
 */
export function dialectOf(head: string, isWhole: boolean): FoundDialect {
  const [line = "", declared] = DECLARED.exec(head) ?? [];
  const text = head.slice(line.length);
  const escape = ESCAPED.test(text) && !DOUBLED.test(text) ? "backslash" : "doubled";
  const tried = (declared === undefined ? DELIMITERS : [declared]).map((delimiter) => {
    const dialect: Dialect = { delimiter, escape, width: 0, quotesSpanLines: true };
    return { ...dialect, ...usualWidth(text, isWhole, dialect) };
  });
  const best = tried.reduce((one, other) => (other.score > one.score ? other : one));
  // A list of one column: its cells may hold what separates cells elsewhere.
  const single = tried.find((one) => !text.includes(one.delimiter)) ?? best;
  const isList = declared === undefined && best.score < MIN_SCORE;
  const { delimiter, width } = isList ? single : best;
  return { delimiter, escape, width, quotesSpanLines: true, skip: line.length };
}

/** Cells that most records have under a dialect; more cells in more of the records score higher. */
function usualWidth(
  text: string,
  isWhole: boolean,
  dialect: Dialect,
): { width: number; score: number } {
  const counts = new Map<number, number>();
  let records = 0;
  for (let from = 0; from < text.length && records < SAMPLED;) {
    const scanned = scanRecord(text, from, true, dialect);
    // What the end of the sample cuts off says nothing, unless there is nothing else.
    const isCut = !isWhole && scanned !== undefined && scanned.looked >= text.length;
    if (scanned === undefined || (isCut && records > 0)) break;
    if (!isLineBreak(text.charCodeAt(from))) {
      records += 1;
      const { length } = scanned.cells;
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
  return { width: usual.width, score };
}

const isLineBreak = (code: number): boolean => code === CR || code === LF;
