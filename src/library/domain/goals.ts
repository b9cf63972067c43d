import type { Goal } from "../../../contract/goals.ts";
import { defined } from "../../platform/defined.ts";
import { DAY_MS } from "../../platform/time.ts";

/** A user's target for a year. Every write increases `version`. */
export interface StoredGoal {
  year: number;
  books?: number;
  pages?: number;
  minutes?: number;
  version: number;
}

/** What was read in a year: finished readings with their pages, and minutes by progress. */
export interface DoneInYear {
  books: number;
  pages: number;
  minutes: number;
}

/**
 * A goal with the progress towards it. The amount expected by today is proportional to the part of
 * the year that has passed, including today.
 * @param today YYYY-MM-DD in the user's time zone
 */
export function presentGoal(goal: StoredGoal, done: DoneInYear, today: string): Goal {
  const { year, books, pages, minutes } = goal;
  const target = defined({ books, pages, minutes });
  const share = shareOfYear(year, today);
  const of = (make: (name: keyof DoneInYear, target: number) => number): Goal["target"] =>
    Object.fromEntries(
      Object.entries(target).map(([name, value]) => [
        name,
        round(make(name as keyof DoneInYear, value)),
      ]),
    );
  const expected = of((_name, value) => value * share);
  return {
    year,
    target,
    done,
    expected,
    ahead: of((name) => done[name] - (expected[name] ?? 0)),
  };
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** The fraction of a year that has passed at the end of a day: 0 before the year, 1 after it. */
function shareOfYear(year: number, today: string): number {
  const thisYear = Number(today.slice(0, 4));
  if (thisYear !== year) return thisYear < year ? 0 : 1;
  const [start, next] = [Date.parse(`${today.slice(0, 4)}-01-01`), new Date(Date.parse(today))];
  next.setUTCFullYear(year + 1, 0, 1);
  const days = (next.getTime() - start) / DAY_MS;
  return ((Date.parse(today) - start) / DAY_MS + 1) / days;
}
