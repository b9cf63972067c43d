/**
 * Dates that may be a year, a month or a day, in the service's format: `2024`, `2024-03`,
 * `2024-03-09`.
 */
import { now } from "../state/clock.ts";

/** The user's input in the three fields of a date. */
export interface DateParts {
  readonly day: string;
  readonly month: string;
  readonly year: string;
}

/**
 * The invalid field. `day`: there is no such day; `month`: no such month, or a day without one;
 * `year`: not four digits, or missing.
 */
export type DateFault = keyof DateParts;

export const NO_DATE: DateParts = { day: "", month: "", year: "" };

/** The fields for a date; empty without one. */
export function partsOf(date: string | undefined): DateParts {
  const [year = "", month = "", day = ""] = (date ?? "").split("-");
  return { day: day.replace(/^0/, ""), month: month.replace(/^0/, ""), year };
}

/**
 * The date in three fields: undefined if all are empty, otherwise the date or the invalid field.
 */
export function dateOf(parts: DateParts): { date?: string } | { fault: DateFault } {
  const [year, month, day] = [parts.year.trim(), parts.month.trim(), parts.day.trim()];
  if (year === "" && month === "" && day === "") return {};
  if (!/^\d{4}$/.test(year) || Number(year) === 0) return { fault: "year" };
  if (month === "") return day === "" ? { date: year } : { fault: "month" };
  if (!/^\d{1,2}$/.test(month) || Number(month) < 1 || Number(month) > 12)
    return { fault: "month" };
  const yearAndMonth = `${year}-${month.padStart(2, "0")}`;
  if (day === "") return { date: yearAndMonth };
  if (!/^\d{1,2}$/.test(day) || Number(day) < 1 || Number(day) > daysIn(year, month))
    return { fault: "day" };
  return { date: `${yearAndMonth}-${day.padStart(2, "0")}` };
}

/** Whether a date is before another, at the precision that both have. */
export function isBefore(one: string, other: string): boolean {
  const known = Math.min(one.length, other.length);
  return one.slice(0, known) < other.slice(0, known);
}

/** The day in the device's calendar. */
export function dayOf(at: Date): string {
  const [month, day] = [at.getMonth() + 1, at.getDate()];
  return `${String(at.getFullYear()).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`;
}

/** Today in the device's calendar, corrected if the device's clock is wrong. */
export const today = (): string => dayOf(new Date(now()));

function daysIn(year: string, month: string): number {
  const [years, months] = [Number(year), Number(month)];
  const isLeap = years % 4 === 0 && (years % 100 !== 0 || years % 400 === 0);
  if (months === 2) return isLeap ? 29 : 28;
  return [4, 6, 9, 11].includes(months) ? 30 : 31;
}
