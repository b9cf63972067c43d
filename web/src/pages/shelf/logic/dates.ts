import type { ListedBook } from "../../../state/library.ts";

/** A date that exists: a year, a month or a day, as the service writes them. */
export function dateIn(text: string): string | undefined {
  const [, year, month, day] = /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text) ?? [];
  if (year === undefined || year === "0000") return undefined;
  const at = new Date(Date.UTC(2000, Number(month ?? 1) - 1, Number(day ?? 1)));
  at.setUTCFullYear(Number(year));
  const whole = `${year}-${month ?? "01"}-${day ?? "01"}`;
  return at.toISOString().slice(0, 10) === whole ? text : undefined;
}

/** The reading that is under way, else the one that was added last. */
export const newestReading = ({
  readings,
}: ListedBook): ListedBook["readings"][number] | undefined =>
  readings.findLast(({ finishedAt }) => finishedAt === undefined) ?? readings.at(-1);
