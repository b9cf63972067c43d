/** Books that are selected for one edit of all. */
export interface Selection {
  readonly isbns: ReadonlySet<string>;
  /** Where the next range starts. */
  readonly anchor?: string | undefined;
}

export const NOTHING_SELECTED: Selection = { isbns: new Set() };

/** Selects a book, or the contrary. */
export function toggledBook({ isbns }: Selection, isbn: string): Selection {
  const next = new Set(isbns);
  if (!next.delete(isbn)) next.add(isbn);
  return { isbns: next, anchor: isbn };
}

/** Selects everything from the anchor to a book, as they are shown; the book alone if the anchor is not shown. */
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

/** Splits a selection by what is shown. Books that are no longer on the shelf are in neither. */
export function splitSelection(
  { isbns }: Selection,
  shown: readonly string[],
  isOnShelf: (isbn: string) => boolean,
): { visible: string[]; hidden: string[] } {
  const visible = shown.filter((isbn) => isbns.has(isbn));
  const seen = new Set(visible);
  return { visible, hidden: [...isbns].filter((isbn) => !seen.has(isbn) && isOnShelf(isbn)) };
}
