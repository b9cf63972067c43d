// Characters that Excel, LibreOffice and Google Sheets interpret as the start of a formula (OWASP, "CSV injection"),
// including full-width forms. Such a cell is prefixed with an apostrophe, which makes a spreadsheet treat it as text.
// Cells that already have apostrophes before such a character get one more, so that removing one always restores the cell.
const RISKY = /^'*[=+\-@\t\r\n＝＋－＠]/;
const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** Escapes a cell so that no spreadsheet runs it as a formula. `unguardCell` is the inverse. */
export function guardCell(cell: string): string {
  return RISKY.test(cell) ? `'${cell}` : cell;
}

/** Goodreads' `="0441172717"`, which a spreadsheet shows as text. It is harmless. */
const NUMBER_AS_TEXT = /^="[\dX -]{0,20}"$/i;

/**
 * Like `guardCell`, but leaves numbers written as text unchanged. `unguardCell` is the inverse of
 * this too.
 */
export function guardUnlessNumber(cell: string): string {
  return NUMBER_AS_TEXT.test(cell) ? cell : guardCell(cell);
}

/**
 * Inverse of `guardCell`. Only for files written by this service; in other files an apostrophe is
 * content.
 */
export function unguardCell(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}
