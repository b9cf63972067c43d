import type { MetricsBlock } from "./metrics.ts";

/** Rows written to D1 on one UTC day: by all counted sources, and by imports. */
export interface WrittenRows {
  readonly day: number;
  readonly all: number;
  readonly imports: number;
}

/** Written rows of the latest days, keyed by days since the epoch. */
export type WrittenDays = Readonly<Record<string, Omit<WrittenRows, "day">>>;

/** Isolates with differing clocks also report yesterday and tomorrow. */
const MAX_DAYS = 4;

/** Adds the rows of a block to a day. Returns the same object when the block has none. */
export function addWrittenRows(days: WrittenDays, block: MetricsBlock, day: number): WrittenDays {
  const samples = block.counters.filter(({ name }) => name === "rows_written");
  if (samples.length === 0) return days;
  const sum = { ...(days[day] ?? { all: 0, imports: 0 }) };
  for (const { labels, value } of samples) {
    sum.all += value;
    if (labels["source"] === "imports") sum.imports += value;
  }
  const latest = Object.entries<Omit<WrittenRows, "day">>({ ...days, [day]: sum }).sort(
    ([one], [other]) => Math.abs(Number(one) - day) - Math.abs(Number(other) - day),
  );
  return Object.fromEntries(latest.slice(0, MAX_DAYS));
}

/** The rows of a day; 0 when none are known. */
export function writtenRowsOf(days: WrittenDays, day: number): WrittenRows {
  return { day, ...(days[day] ?? { all: 0, imports: 0 }) };
}
