import { DAY_MS } from "../../../platform/time.ts";
import { mayCall, type SpentBy, type Spender } from "./day-shares.ts";

/**
 * The number of calls on one day, in total and by spender. The day is Google's, formatted as
 * `2026-11-22`.
 */
export interface DayCount {
  readonly day: string;
  readonly spent: number;
  /** Absent in a count of a release that did not know spenders. */
  readonly by?: SpentBy;
}

// Google counts its day in Pacific time (https://developers.google.com/books/docs/v1/using#quota),
// so any other day could use two quotas within one of Google's days. For a provider that counts
// differently, the error is at most one day's quota.
const PACIFIC = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Los_Angeles",
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

function pacific(now: number): { day: string; elapsedMs: number } {
  const part = Object.fromEntries(
    PACIFIC.formatToParts(now).map(({ type, value }) => [type, value]),
  );
  const seconds = Number(part.hour) * 3_600 + Number(part.minute) * 60 + Number(part.second);
  return { day: `${part.year}-${part.month}-${part.day}`, elapsedMs: seconds * 1_000 };
}

/** The provider's daily quota, in shares. Without `perDay` there is no limit. */
export class DayQuota {
  readonly #perDay: number | undefined;
  #count: DayCount;

  constructor(perDay: number | undefined, count: DayCount | undefined) {
    this.#perDay = perDay;
    this.#count = count ?? { day: "", spent: 0 };
  }

  /** Whether a spender may make one more call. */
  allows(spender: Spender, now: number): boolean {
    if (this.#perDay === undefined) return true;
    const { spent, by = {} } = this.#today(now);
    const elapsed = pacific(now).elapsedMs / DAY_MS;
    return mayCall(spender, { perDay: this.#perDay, spent, by, elapsed });
  }

  /**
   * Counts a call before it is sent, so that a crash in between counts one call too many, never one
   * too few.
   */
  spend(spender: Spender, now: number): void {
    if (this.#perDay === undefined) return;
    const { day, spent, by = {} } = this.#today(now);
    this.#count = { day, spent: spent + 1, by: { ...by, [spender]: (by[spender] ?? 0) + 1 } };
  }

  /** Time to the next midnight in ms; an hour off on the two days a year that do not have 24 hours. */
  resetsInMs(now: number): number {
    return Math.max(1_000, DAY_MS - pacific(now).elapsedMs);
  }

  /** Today's count; absent for a provider without a daily limit. */
  count(now: number): (DayCount & { readonly perDay: number }) | undefined {
    return this.#perDay === undefined ? undefined : { ...this.#today(now), perDay: this.#perDay };
  }

  #today(now: number): DayCount {
    const { day } = pacific(now);
    if (day !== this.#count.day) this.#count = { day, spent: 0 };
    return this.#count;
  }
}
