import type { AppliedChanges } from "../../idempotency/domain/applied-change.ts";
import type { KeepGoalDeps } from "../../library/domain/keep-goal.ts";
import type { DoneInYear } from "../../library/domain/goals.ts";
import { defined } from "../../platform/defined.ts";
import { contended, type ChangeOutcome } from "./change-result.ts";
import { isStale, type Base } from "./conflicts.ts";

/** Dependencies of edits of goals. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface GoalEditDeps {
  goals: KeepGoalDeps["goals"];
  applied: AppliedChanges;
  now(): number;
}

/** An edit of the goal of a year. */
export interface GoalEdit {
  userId: string;
  key: string;
  year: number;
  /** The target of the year; undefined removes the goal. */
  target: { [Name in keyof DoneInYear]?: number | undefined } | undefined;
  base: Base;
}

const NAMES = ["books", "pages", "minutes"] as const;
/** Each lost attempt means that another writer of the same goal succeeded. */
const MAX_ATTEMPTS = 20;

/** Sets or removes a goal, unless someone else has changed it since the user's edit. */
export async function changeGoal(edit: GoalEdit, deps: GoalEditDeps): Promise<ChangeOutcome> {
  const { userId, key, year, target, base } = edit;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const found = await deps.goals.find(userId, year);
    const current = found && !found.isRemoved ? found.goal : undefined;
    const isSame = target
      ? current !== undefined && NAMES.every((name) => current[name] === target[name])
      : current === undefined;
    const before = found?.goal.version ?? 0;
    const at = deps.now();
    if (isSame) {
      const outcome = { version: before, unchanged: true as const };
      await deps.applied.keep(userId, { key, outcome, at });
      return { kind: "applied", outcome };
    }
    if (isStale(before, base)) {
      return { kind: "conflict", fields: ["goal"], goal: current ?? { version: before } };
    }
    const { books, pages, minutes } = target ?? {};
    const version = Math.max(before + 1, at);
    const goal = { year, ...defined({ books, pages, minutes }), version };
    const applied = { key, outcome: { version }, at };
    if (await deps.goals.write(userId, goal, before, target ? undefined : at, applied)) {
      return { kind: "applied", outcome: applied.outcome };
    }
    const outcome = (await deps.applied.find(userId, [key])).get(key);
    if (outcome) return { kind: "replayed", outcome };
  }
  return contended();
}
