/** Sizes of charts, independent of rendering. */

/** A value of a chart. `label` is below its column, `name` in the table. */
export interface Point {
  readonly key: string;
  readonly name: string;
  readonly label: string;
  /** Label below the column if there is little room. */
  readonly short: string;
  readonly value: number;
  /** A page that shows the counted books. */
  readonly href?: string | undefined;
}

/** Position and size of a column, in percent of the chart's width and height. */
export interface Column {
  readonly start: number;
  readonly width: number;
  readonly height: number;
  readonly middle: number;
}

/** Share of a column's width that is left empty. */
const GAP = 0.28;
/** Minimum height of a non-zero column in percent, so that it is visible. */
const MIN_HEIGHT = 1.5;

/** Lays out items as adjacent columns of equal width. The largest value has the full height. */
export function columnsOf<Item extends { readonly value: number }>(
  items: readonly Item[],
): (Item & Column)[] {
  const most = Math.max(...items.map(({ value }) => value), 0);
  const place = 100 / Math.max(items.length, 1);
  return items.map((item, index) => ({
    ...item,
    start: round(place * (index + GAP / 2)),
    width: round(place * (1 - GAP)),
    height: barOf(item.value, most),
    middle: round(place * (index + 0.5)),
  }));
}

/** The length of a bar in percent of the longest one. */
export const barOf = (value: number, most: number): number =>
  value <= 0 || most <= 0 ? 0 : round(Math.max(MIN_HEIGHT, (value / most) * 100));

/** The step between shown labels, for `count` labels and room for `room`. */
export const labelStep = (count: number, room: number): number =>
  Math.max(1, Math.ceil(count / room));

const round = (value: number): number => Math.round(value * 100) / 100;
