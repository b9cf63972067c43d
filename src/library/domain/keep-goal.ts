import type { AppliedChange } from "../../idempotency/domain/applied-change.ts";
import { defined } from "../../platform/defined.ts";
import type { DoneInYear, StoredGoal } from "./goals.ts";

/** Dependencies of `keepGoal`. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface KeepGoalDeps {
  goals: {
    find(
      userId: string,
      year: number,
    ): Promise<{ goal: StoredGoal; isRemoved: boolean } | undefined>;
    write(
      userId: string,
      goal: StoredGoal,
      before: number,
      removedAt?: number,
      applied?: AppliedChange,
    ): Promise<boolean>;
  };
  now(): number;
}

export type GoalOutcome = "kept" | "absent" | "precondition_failed" | "contended";

/** Each lost attempt means that another writer of the same goal succeeded. */
const MAX_ATTEMPTS = 20;

/** Sets the goal of a year. @param input.target undefined removes the goal */
export async function keepGoal(
  input: {
    userId: string;
    year: number;
    target: { [Name in keyof DoneInYear]?: number | undefined } | undefined;
    precondition?: ((version: number) => boolean) | undefined;
  },
  { goals, now }: KeepGoalDeps,
): Promise<GoalOutcome> {
  const { userId, year, target, precondition } = input;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const found = await goals.find(userId, year);
    const isThere = found !== undefined && !found.isRemoved;
    if (!isThere && target === undefined) return "absent";
    // A precondition cannot match a goal that does not exist.
    if (precondition && !(isThere && precondition(found.goal.version))) {
      return "precondition_failed";
    }
    const before = found?.goal.version ?? 0;
    const { books, pages, minutes } = target ?? {};
    const version = Math.max(before + 1, now());
    const goal = { year, ...defined({ books, pages, minutes }), version };
    if (await goals.write(userId, goal, before, ...(target ? [] : [now()]))) return "kept";
  }
  return "contended";
}
