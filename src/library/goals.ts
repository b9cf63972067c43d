import { dayIn } from "../platform/time-zone.ts";
import { presentGoal, type StoredGoal } from "./domain/goals.ts";
import { keepGoal } from "./domain/keep-goal.ts";
import { doneIn } from "./domain/shelf-stats.ts";
import type { ShelfSums } from "./domain/shelf-sums.ts";
import type { GoalRouteDeps } from "./http/goals.ts";
import type { Goals } from "./storage/goals.ts";
import type { LibraryNumbers } from "./storage/stats.ts";

/** The use cases of goals. What has been read comes from the sums of the statistics. */
export function goalUseCases(
  goals: Goals,
  numbers: LibraryNumbers,
  now: () => number,
): Pick<GoalRouteDeps, "listGoals" | "findGoal" | "keepGoal"> {
  /** Reads the sums of a shelf and presents goals with them. */
  async function presenter(userId: string) {
    const { timeZone } = await numbers.state(userId);
    const sums: ShelfSums = await numbers.sums(userId, timeZone);
    const today = dayIn(timeZone, now());
    return (goal: StoredGoal) => presentGoal(goal, doneIn(sums, goal.year), today);
  }

  return {
    async listGoals(userId) {
      const stored = await goals.all(userId);
      return stored.length === 0 ? [] : stored.map(await presenter(userId));
    },
    async findGoal(userId, year) {
      const found = await goals.find(userId, year);
      if (!found || found.isRemoved) return undefined;
      const present = await presenter(userId);
      return { goal: present(found.goal), version: found.goal.version };
    },
    keepGoal: (userId, year, target, precondition) =>
      keepGoal({ userId, year, target, precondition }, { goals, now }),
  };
}
