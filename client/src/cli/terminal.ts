import { stripVTControlCharacters } from "node:util";

/** Where a command writes: results to one stream, all that is for watching people to the other. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether a person watches `err`, so that a line may be rewritten. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  /** Of `err`, as wide as its window is now. */
  readonly columns: number;
  /** Of `out`; undefined where it is no terminal, so that nothing needs to be cut. */
  readonly outColumns: number | undefined;
}

interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

const USUAL_COLUMNS = 80;

/** A terminal that does not know its size says 0. */
const columnsOf = ({ columns }: Stream): number => columns || USUAL_COLUMNS;

/** @param env NO_COLOR, with any value but an empty one, takes the colours away (no-color.org); so does TERM=dumb */
export function terminalOf(
  stdout: Stream,
  stderr: Stream,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isInteractive = stderr.isTTY === true && env["TERM"] !== "dumb";
  return {
    out: (text) => void stdout.write(text),
    err: (text) => void stderr.write(text),
    isInteractive,
    // Colours are for whoever sees both: a file would get the codes.
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

/** What comes from outside must not be able to steer the terminal. */
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

/** A table of names and numbers, with the numbers at the right. */
export function figures(rows: readonly (readonly [name: string, figure: string])[]): string {
  const width = Math.max(...rows.map(([, figure]) => figure.length), 0);
  return table(rows.map(([name, figure]) => [name, figure.padStart(width)]));
}

/** What a reader takes for one letter, however it is made. */
const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** Letters that take two columns: those of East Asia, their full-width forms, and pictures. */
const WIDE =
  /[\p{Script=Han}\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}\p{Emoji_Presentation}\u3001-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]/u;

function lettersOf(text: string): { letter: string; width: number }[] {
  return Array.from(letters.segment(text), ({ segment }) => ({
    letter: segment,
    width: WIDE.test(segment) ? 2 : 1,
  }));
}

/** How many columns a text takes; what `paint` adds takes none. */
function widthOf(text: string): number {
  return lettersOf(stripVTControlCharacters(text)).reduce((sum, { width }) => sum + width, 0);
}

/** A text cut to so many columns, with an ellipsis where something is missing. */
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
