import { guardCell } from "./formula.ts";

/** What a reader of CSV would take for structure; `;` and tab are separators to spreadsheets of some countries. */
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/** One record of a CSV file (RFC 4180), in which no cell is a formula. */
export function csvRecord(cells: readonly string[]): string {
  const written = cells.map((cell) => {
    const guarded = guardCell(cell);
    return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
  });
  return `${written.join(",")}\r\n`;
}
