import { guardCell, guardUnlessNumber } from "./formula.ts";

/** Text that a CSV parser could read as structure. Spreadsheets of some locales separate by `;` or tab. */
const NEEDS_QUOTES = /[",;\t\r\n]|^\s|\s$/;

/** Formats one CSV record (RFC 4180). No cell is a formula. */
export function csvRecord(cells: readonly string[]): string {
  return recordOf(cells.map(guardCell));
}

/**
 * Formats one CSV record, leaving numbers that a service writes as text (`="0441172717"`)
 * unchanged.
 */
export function csvRecordWithNumbers(cells: readonly string[]): string {
  return recordOf(cells.map(guardUnlessNumber));
}

function recordOf(cells: readonly string[]): string {
  const written = cells.map((cell) =>
    NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell,
  );
  return `${written.join(",")}\r\n`;
}
