/** Variants of CSV. */
export interface Dialect {
  delimiter?: "," | ";" | "\t";
  lineEnd?: "\n" | "\r\n" | "\r";
  /** Whether to quote every cell, not only those that need it. */
  quoteAll?: boolean;
  /** Lines above the header. */
  titleLines?: readonly string[];
}

/** Writes a table as CSV, per RFC 4180 unless the dialect differs. */
export function writeTable(lines: readonly (readonly string[])[], dialect: Dialect = {}): string {
  const { delimiter = ",", lineEnd = "\r\n", quoteAll = false, titleLines = [] } = dialect;
  const written = (cell: string): string =>
    quoteAll || cell.includes(delimiter) || /["\r\n]|^\s|\s$/.test(cell)
      ? `"${cell.replaceAll('"', '""')}"`
      : cell;
  const texts = lines.map((cells) => cells.map(written).join(delimiter));
  return [...titleLines, ...texts].map((line) => `${line}${lineEnd}`).join("");
}
