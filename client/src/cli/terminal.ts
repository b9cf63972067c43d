import { stripVTControlCharacters } from "node:util";

/** Where a command writes: results to one stream, all that is for watching people to the other. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** Whether a person watches `err`, so that a line may be rewritten. */
  readonly isInteractive: boolean;
  readonly hasColour: boolean;
  readonly columns: number;
}

interface Stream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

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
    columns: stderr.columns ?? 80,
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

function lettersOf(text: string): string[] {
  return Array.from(letters.segment(text), ({ segment }) => segment);
}

/** What `paint` adds takes no room. */
function widthOf(cell: string): number {
  return lettersOf(stripVTControlCharacters(cell)).length;
}

/** A text cut to a width, with an ellipsis where something is missing. */
export function cut(text: string, width: number): string {
  const all = lettersOf(text);
  return all.length <= width ? text : `${all.slice(0, Math.max(0, width - 1)).join("")}…`;
}
