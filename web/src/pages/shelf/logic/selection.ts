/** Books selected for a bulk edit. */
export interface Selection {
  readonly isbns: ReadonlySet<string>;
  /** Where the next range starts. */
  readonly anchor?: string | undefined;
}

export const NOTHING_SELECTED: Selection = { isbns: new Set() };

/** Toggles the selection of a book. */
export function toggledBook({ isbns }: Selection, isbn: string): Selection {
  const next = new Set(isbns);
  if (!next.delete(isbn)) next.add(isbn);
  return { isbns: next, anchor: isbn };
}

/**
 * Selects all visible books from the anchor to a book; only the book if the anchor is not visible.
 */
export function withRange(
  { isbns, anchor }: Selection,
  shown: readonly string[],
  isbn: string,
): Selection {
  const to = shown.indexOf(isbn);
  const from = anchor === undefined ? -1 : shown.indexOf(anchor);
  const start = from < 0 ? to : Math.min(from, to);
  const range = to < 0 ? [isbn] : shown.slice(start, Math.max(from, to) + 1);
  return { isbns: new Set([...isbns, ...range]), anchor: from < 0 ? isbn : anchor };
}

export const withAll = ({ isbns, anchor }: Selection, shown: readonly string[]): Selection => ({
  isbns: new Set([...isbns, ...shown]),
  anchor,
});

/**
 * Splits a selection into visible and hidden books. Books that are no longer on the shelf are in
 * neither.
 */
export function splitSelection(
  { isbns }: Selection,
  shown: readonly string[],
  isOnShelf: (isbn: string) => boolean,
): { visible: string[]; hidden: string[] } {
  const visible = shown.filter((isbn) => isbns.has(isbn));
  const seen = new Set(visible);
  return { visible, hidden: [...isbns].filter((isbn) => !seen.has(isbn) && isOnShelf(isbn)) };
}
