/** Sizes of charts, apart from how they are drawn. */

/** A value of a chart. `label` is below its column, `name` in the table. */
export interface Point {
  readonly key: string;
  readonly name: string;
  readonly label: string;
  /** Below the column where there is little room. */
  readonly short: string;
  readonly value: number;
  /** A page that shows what is counted. */
  readonly href?: string | undefined;
}

/** A column in percent of the chart's width, and of the height for columns. */
export interface Column {
  readonly start: number;
  readonly width: number;
  readonly height: number;
  readonly middle: number;
}

/** Share of a column's place that is left free. */
const GAP = 0.28;
/** Least height of a column that is not 0, in percent, so that it is seen. */
const MIN_HEIGHT = 1.5;

/** Places items as columns of one width, side by side. The largest value has the full height. */
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

/** The length of a bar in percent of the longest. */
export const barOf = (value: number, most: number): number =>
  value <= 0 || most <= 0 ? 0 : round(Math.max(MIN_HEIGHT, (value / most) * 100));

/** Of `count` labels every how many are shown, if there is room for `room`. */
export const labelStep = (count: number, room: number): number =>
  Math.max(1, Math.ceil(count / room));

const round = (value: number): number => Math.round(value * 100) / 100;
