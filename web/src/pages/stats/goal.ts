/**
 * The goal of a year as the page shows it: the user's targets on this device, and the progress
 * reported by the service.
 */
import type { LibraryStats } from "../../../../client/src/index.ts";

export const GOAL_PARTS = ["books", "pages", "minutes"] as const;
export type GoalPart = (typeof GOAL_PARTS)[number];
export type Targets = Readonly<Partial<Record<GoalPart, number>>>;

/** Maximum targets that the service accepts. */
export const MAX_TARGETS: Readonly<Record<GoalPart, number>> = {
  books: 10_000,
  pages: 10_000_000,
  minutes: 10_000_000,
};

/**
 * One target. `ahead` is negative when the user is behind; undefined for other years than the
 * current one.
 */
export interface GoalLine {
  readonly part: GoalPart;
  readonly target: number;
  readonly done: number;
  readonly expected: number;
  readonly ahead: number | undefined;
}

/**
 * The lines of a goal. Without statistics, nothing counts as done.
 * @param targets on this device, including unsent edits
 * @param today YYYY-MM-DD in the time zone of the account
 */
export function goalLines(
  year: number,
  { stats, targets, today }: { stats: LibraryStats | undefined; targets: Targets; today: string },
): GoalLine[] {
  const done = stats?.year === year ? doneIn(stats) : { books: 0, pages: 0, minutes: 0 };
  const share = shareOfYear(year, today);
  return GOAL_PARTS.flatMap((part) => {
    const target = targets[part];
    if (target === undefined) return [];
    const known = stats?.goal?.target[part] === target ? stats.goal : undefined;
    const expected = known?.expected[part] ?? round(target * share);
    return {
      part,
      target,
      done: done[part],
      expected,
      ahead: share > 0 && share < 1 ? round(done[part] - expected) : undefined,
    };
  });
}

/**
 * The amounts read in the year of the statistics. Minutes are from the period, if it is that year.
 */
function doneIn({ year, byYear, goal, period }: LibraryStats): Record<GoalPart, number> {
  if (goal) return goal.done;
  const found = byYear.find((one) => one.year === year);
  const text = String(year);
  const minutes = period.progress.byDay
    .filter(({ date }) => date.startsWith(`${text}-`))
    .reduce((total, day) => total + day.minutes, 0);
  return { books: found?.readings ?? 0, pages: found?.pages ?? 0, minutes };
}

/** The fraction of a year that has passed at the end of a day: 0 before the year, 1 after it. */
export function shareOfYear(year: number, today: string): number {
  const thisYear = Number(today.slice(0, 4));
  if (thisYear !== year) return thisYear < year ? 0 : 1;
  const start = Date.UTC(year, 0, 1);
  return (Date.parse(today) - start + 86_400_000) / (Date.UTC(year + 1, 0, 1) - start);
}

const round = (value: number): number => Math.round(value * 10) / 10;

/** Today in a time zone; in UTC if the device does not know it. */
export function todayIn(timeZone: string, now: number): string {
  try {
    return new Intl.DateTimeFormat("en-CA", { timeZone, dateStyle: "short" }).format(now);
  } catch {
    return new Date(now).toISOString().slice(0, 10);
  }
}

export type GoalTexts = Readonly<Record<GoalPart, string>>;
export type GoalFault = "notANumber" | "tooLarge" | "missing";

/** Parses the form: the values to store, or the errors by field. */
export function goalOf(
  typed: GoalTexts,
): { targets: Targets } | { faults: Partial<Record<GoalPart, GoalFault>> } {
  const faults: Partial<Record<GoalPart, GoalFault>> = {};
  const targets: Partial<Record<GoalPart, number>> = {};
  for (const part of GOAL_PARTS) {
    const text = typed[part].trim().replaceAll(/[\s.,'](?=\d{3}(?:\D|$))/g, "");
    if (text === "") continue;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1) faults[part] = "notANumber";
    else if (value > MAX_TARGETS[part]) faults[part] = "tooLarge";
    else targets[part] = value;
  }
  if (Object.keys(faults).length > 0) return { faults };
  return Object.keys(targets).length === 0 ? { faults: { books: "missing" } } : { targets };
}
