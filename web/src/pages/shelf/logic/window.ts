/** Determines which rows of a long list are in the document. All rows have the same height. */
export interface RowRange {
  readonly first: number;
  /** Index after the last one. */
  readonly end: number;
}

interface Viewport {
  /**
   * Distance from the top of the list to the top of the window; negative if the list starts below
   * it.
   */
  readonly offset: number;
  readonly height: number;
  readonly rowHeight: number;
  readonly rows: number;
  /** Number of rows before and after the visible ones. */
  readonly spare: number;
}

export function rangeOf({ offset, height, rowHeight, rows, spare }: Viewport): RowRange {
  if (rowHeight <= 0) return { first: 0, end: 0 };
  const first = Math.floor(offset / rowHeight) - spare;
  const end = Math.ceil((offset + height) / rowHeight) + spare;
  const within = (row: number): number => Math.min(rows, Math.max(0, row));
  return { first: within(first), end: within(end) };
}

/** The item that a key moves to; undefined for other keys. @param page number of rows per window */
export function itemAfter(
  key: string,
  at: number,
  { count, columns, page }: { count: number; columns: number; page: number },
): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: columns,
    ArrowUp: -columns,
    PageDown: columns * page,
    PageUp: -columns * page,
    Home: -count,
    End: count,
    ...(columns > 1 ? { ArrowRight: 1, ArrowLeft: -1 } : {}),
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.min(count - 1, Math.max(0, at + step));
}

/** The number of columns of at least a width that fit. */
export const columnsOf = (width: number, least: number, gap: number): number =>
  Math.max(1, Math.floor((width + gap) / (least + gap)));
