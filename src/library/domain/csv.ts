import { guardCell, guardUnlessNumber } from "./formula.ts";

/** Text that a CSV parser could read as structure. Spreadsheets of some locales separate by `;` or tab. */
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/** Formats one CSV record (RFC 4180). No cell is a formula. */
export function csvRecord(cells: readonly string[]): string {
  return recordOf(cells.map(guardCell));
}

/** Formats one CSV record in which numbers that a service keeps as text (`="0441172717"`) stay as they are. */
export function csvRecordWithNumbers(cells: readonly string[]): string {
  return recordOf(cells.map(guardUnlessNumber));
}

function recordOf(cells: readonly string[]): string {
  const written = cells.map((cell) =>
    NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${written.join(",")}\r\n`;
}
