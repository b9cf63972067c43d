import { guardCell } from "./formula.ts";

/** Text that a CSV parser could read as structure. Spreadsheets of some locales separate by `;` or tab. */
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/** Formats one CSV record (RFC 4180). No cell is a formula. @param guard escapes a cell that may be one */
export function csvRecord(cells: readonly string[], guard = guardCell): string {
  const written = cells.map((cell) => {
    const guarded = guard(cell);
    return NEEDS_QUOTES.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
  });
  return `${written.join(",")}\r\n`;
}
