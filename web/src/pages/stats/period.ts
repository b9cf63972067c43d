/** The period of the statistics in the URL: a year, all time, or two days. */

/** Query of `GET /v1/library/{userId}/stats`. */
export interface StatsQuery {
  readonly year?: number;
  readonly from?: string;
  readonly to?: string;
}

export type Choice =
  | { readonly kind: "year"; readonly year: number }
  | { readonly kind: "all" }
  | { readonly kind: "days"; readonly from: string; readonly to: string };

/** After every reading, so that the period is unbounded. */
const END_OF_TIME = "9999-12-31";

/** @param query of the URL; invalid values mean this year */
export function choiceOf(query: Readonly<Record<string, string>>, thisYear: number): Choice {
  const { year, from, to, period } = query;
  if (period === "all") return { kind: "all" };
  const days = daysOf(from ?? "", to ?? "");
  if (!("fault" in days)) return { kind: "days", ...days };
  const asked = Number(year);
  return { kind: "year", year: isYear(year) ? asked : thisYear };
}

const isYear = (text: string | undefined): boolean => /^[12]\d{3}$/.test(text ?? "");

/** The path of the page with a choice. */
export function pathOf(choice: Choice, thisYear: number): string {
  if (choice.kind === "all") return "/stats?period=all";
  if (choice.kind === "days") return `/stats?from=${choice.from}&to=${choice.to}`;
  return choice.year === thisYear ? "/stats" : `/stats?year=${choice.year}`;
}

/** Always includes the year, because the service's may differ around New Year. */
export function queryOf(choice: Choice, thisYear: number): StatsQuery {
  if (choice.kind === "year") return { year: choice.year };
  if (choice.kind === "all") return { year: thisYear, to: END_OF_TIME };
  return { year: Number(choice.to.slice(0, 4)), from: choice.from, to: choice.to };
}

/** Converts two dates, which may be years or months, to the first and the last day. */
export function daysOf(
  from: string,
  to: string,
): { from: string; to: string } | { fault: "from" | "to" | "order" } {
  const [first, last] = [firstDay(from.trim()), lastDay(to.trim())];
  if (first === undefined) return { fault: "from" };
  if (last === undefined) return { fault: "to" };
  return first > last ? { fault: "order" } : { from: first, to: last };
}

function firstDay(text: string): string | undefined {
  const [, year, month = "01", day = "01"] = partsOf(text) ?? [];
  return year === undefined ? undefined : valid(`${year}-${month}-${day}`);
}

function lastDay(text: string): string | undefined {
  const [, year, month = "12", day] = partsOf(text) ?? [];
  if (year === undefined) return undefined;
  if (day !== undefined) return valid(`${year}-${month}-${day}`);
  // Day 0 of the following month.
  const last = new Date(Date.UTC(Number(year), Number(month), 0));
  return valid(`${year}-${month}-${String(last.getUTCDate()).padStart(2, "0")}`);
}

const partsOf = (text: string): RegExpExecArray | null =>
  /^([12]\d{3})(?:-(\d\d)(?:-(\d\d))?)?$/.exec(text);

/** The day, if it exists in the calendar. */
function valid(day: string): string | undefined {
  const at = Date.parse(day);
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== day ? undefined : day;
}

/** Years to choose from: those with readings or goals, and the current one, newest first. */
export function yearChoices(known: readonly number[], shown: Choice, thisYear: number): number[] {
  const years = new Set([thisYear, ...known, ...(shown.kind === "year" ? [shown.year] : [])]);
  return [...years].toSorted((one, other) => other - one);
}
