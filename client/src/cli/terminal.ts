import { stripVTControlCharacters } from "node:util";

/** Output of a command: results go to `out`, progress and messages to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether `err` is a terminal, so that a line may be redrawn. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** Current width of `err`. */
  readonly columns: number;
  /**
   * Current width of `out`; undefined if it is not a terminal, so that nothing needs to be
   * truncated.
   */
  readonly outColumns: number | undefined;
  /** Asks the user a question; absent if no user can answer it. */
  readonly ask?: (question: string) => Promise<string>;
}

interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

const DEFAULT_COLUMNS = 80;

/** A terminal with an unknown size reports 0. */
const columnsOf = ({ columns }: Stream): number => columns || DEFAULT_COLUMNS;

/** @param ask reads an answer; only used if `stderr` is a terminal. @param env a non-empty NO_COLOR disables colours (no-color.org); so does TERM=dumb */
export function terminalOf(
  stdout: Stream,
  stderr: Stream,
  env: Readonly<Record<string, string | undefined>>,
  ask?: Terminal["ask"],
): Terminal {
  const isInteractive = stderr.isTTY === true && env["TERM"] !== "dumb";
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isInteractive,
    ...(isInteractive && ask ? { ask } : {}),
    // Only if both streams are terminals: otherwise escape codes would end up in a file.
    hasColour: isInteractive && stdout.isTTY === true && (env["NO_COLOR"] ?? "") === "",
    get columns() {
      return columnsOf(stderr);
    },
    get outColumns() {
      return stdout.isTTY === true ? columnsOf(stdout) : undefined;
    },
  };
}

export type Colour = "green" | "yellow" | "red" | "dim";

const CODES: Readonly<Record<Colour, number>> = { dim: 2, red: 31, green: 32, yellow: 33 };

export function paint(
  text: string,
  colour: Colour,
  { hasColour }: Pick<Terminal, "hasColour">,
): string {
  return hasColour ? `\u001B[${CODES[colour]}m${text}\u001B[0m` : text;
}

/** Replaces control and format characters, so that untrusted text cannot control the terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, " ");
}

/** A table whose columns are as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, widthOf(cell));
    }
  }
  const line = (row: readonly string[]): string =>
    row
      .map((cell, index) => cell + " ".repeat((widths[index] ?? 0) - widthOf(cell)))
      .join("  ")
      .trimEnd();
  return rows.map((row) => `${line(row)}\n`).join("");
}

/** A table of names and numbers, with the numbers right-aligned. */
export function figures(rows: readonly (readonly [name: string, figure: string])[]): string {
  const width = Math.max(...rows.map(([, figure]) => figure.length), 0);
  return table(rows.map(([name, figure]) => [name, figure.padStart(width)]));
}

/** Splits text into user-perceived characters. */
const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Characters that occupy two columns: East Asian scripts, full-width forms and emoji. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3001-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u;

function lettersOf(text: string): { letter: string; width: number }[] {
  return Array.from(letters.segment(text), ({ segment }) => ({
    letter: segment,
    width: WIDE.test(segment) ? 2 : 1,
  }));
}

/** Number of columns that a text occupies; the codes added by `paint` occupy none. */
function widthOf(text: string): number {
  return lettersOf(stripVTControlCharacters(text)).reduce((sum, { width }) => sum + width, 0);
}

/** A count with its noun: `1 book`, `2 books`. @param noun a noun whose plural ends in "s" */
export const counted = (count: number, noun: string): string =>
  `${count} ${noun}${count === 1 ? "" : "s"}`;

/** Truncates a text to a number of columns, with an ellipsis if anything was removed. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  let kept = "";
  let room = columns - 1;
  for (const { letter, width } of lettersOf(text)) {
    room -= width;
    if (room < 0) break;
    kept += letter;
  }
  return `${kept}…`;
}
