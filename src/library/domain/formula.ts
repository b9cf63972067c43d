// What Excel, LibreOffice and Google Sheets take for the start of a formula (OWASP, "CSV injection"), full-width forms
// included. A cell that starts so is written behind an apostrophe, which a spreadsheet shows as text. Apostrophes that
// stand before such a start already are counted too, so that taking one off again always gives the cell back.
const RISKY = /^'*[=+\-@\t\r\n＝＋－＠]/;
const GUARDED = /^'+[=+\-@\t\r\n＝＋－＠]/;

/** A cell that no spreadsheet runs; `unguardCell` gives it back. */
export function guardCell(cell: string): string {
  return RISKY.test(cell) ? `'${cell}` : cell;
}

/** The cell that `guardCell` was given. For files that this service wrote: others mean their apostrophes. */
export function unguardCell(cell: string): string {
  return GUARDED.test(cell) ? cell.slice(1) : cell;
}
