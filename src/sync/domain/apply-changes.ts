import { addBookRequestSchema } from "../../../contract/library.ts";
import { changeBodySchema, outboxChangeSchema, type OutboxChange } from "../../../contract/sync.ts";
import type { AppliedOutcome } from "../../idempotency/domain/applied-change.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/identity.ts";
import { describeIssues, type FoundIssue } from "../../platform/issues.ts";
import { addEntry, restoreEntry, type AddDeps } from "./add-entry.ts";
import { changeEntry, deleteEntry } from "./change-entry.ts";
import { addProgress, deleteProgress, type ProgressEditDeps } from "./change-progress.ts";
import { changeGoal, type GoalEditDeps } from "./change-goal.ts";
import { changeSetting, type SettingEditDeps } from "./change-setting.ts";
import { invalid, refused, type ChangeOutcome } from "./change-result.ts";
import { appliedTogether, runOf, type RunDeps, type SentChange } from "./change-runs.ts";
import type { Base } from "./conflicts.ts";
import { refusalOfTime, timeOf } from "./edit-times.ts";
import { OwnVersions } from "./own-versions.ts";

/** Dependencies of the outbox. */
export interface OutboxDeps
  extends
    AddDeps,
    RunDeps,
    Omit<ProgressEditDeps, "applied">,
    Omit<GoalEditDeps, "applied">,
    Omit<SettingEditDeps, "applied"> {
  /**
   * Counts changes that are not known yet towards the day's quota of the account.
   * @returns a function that gives back the count of changes that were not applied; it never throws
   * @throws DomainError QUOTA_EXCEEDED
   */
  charge(userId: string, changes: number): Promise<(unused: number) => Promise<void>>;
}

export interface ChangeResult {
  key: string;
  outcome: ChangeOutcome;
}

/**
 * Applies the changes of an outbox in order, each independently: a refused or conflicting change
 * does not affect the others. A key that was applied is not applied again. Once the database fails,
 * the remaining changes are refused.
 * @throws DomainError DATABASE_UNAVAILABLE, QUOTA_EXCEEDED before anything was applied
 */
export async function applyChanges(
  { userId, caller, changes }: { userId: string; caller: Caller; changes: readonly SentChange[] },
  deps: OutboxDeps,
): Promise<ChangeResult[]> {
  const keys = changes.map(({ key }) => key);
  const known = await deps.applied.find(userId, keys);
  const charged = new Set(keys.filter((key) => !known.has(key))).size;
  const giveBack = await deps.charge(userId, charged);
  const own = new OwnVersions();
  const results: ChangeResult[] = [];
  let outage: DomainError | undefined;
  let together: ReadonlyMap<string, ChangeOutcome> = new Map();
  let reached = 0;
  for (const [index, sent] of changes.entries()) {
    const { key } = sent;
    if (index >= reached && !outage) {
      const run = runOf({ userId, changes: changes.slice(index), known, own }, deps);
      reached = index + Math.max(1, run.length);
      together = run.length > 1 ? await appliedTogether(run, deps) : new Map();
    }
    const before = known.get(key);
    const outcome: ChangeOutcome = before
      ? { kind: "replayed", outcome: before }
      : (together.get(key) ??
        (outage
          ? { kind: "refused", error: outage }
          : await applyOne({ userId, caller, sent, own }, deps)));
    if (outcome.kind === "applied" || outcome.kind === "replayed") {
      known.set(key, outcome.outcome);
      own.add(targetOf(sent, outcome.outcome), outcome.outcome, timeOf(sent["at"]));
    }
    if (outcome.kind === "refused" && outcome.error.code === "DATABASE_UNAVAILABLE") {
      outage = outcome.error;
    }
    results.push({ key, outcome });
  }
  const applied = results.filter(({ outcome }) => outcome.kind === "applied").length;
  if (applied < charged) await giveBack(charged - applied);
  return results;
}

const NO_CHANGE = `contains no change; send ${Object.keys(changeBodySchema.shape).join(", ")}`;

const settingName = (name: unknown): string => `setting ${String(name)}`;
const goalName = (year: unknown): string => `goal ${String(year)}`;

/** What an applied change refers to: the book, or the item named in the body. */
function targetOf({ op, body }: SentChange, { isbn }: AppliedOutcome): string {
  if (isbn !== undefined) return isbn;
  const { year, name } = (body ?? {}) as { year?: unknown; name?: unknown };
  return op === "setting" ? settingName(name) : goalName(year);
}

interface One {
  userId: string;
  caller: Caller;
  sent: SentChange;
  own: OwnVersions;
}

/** Applies one change; a DomainError becomes its outcome. @throws any other error */
async function applyOne(
  { userId, caller, sent, own }: One,
  deps: OutboxDeps,
): Promise<ChangeOutcome> {
  const { data: change, error } = outboxChangeSchema.safeParse(sent);
  if (!change) return malformed(error.issues);
  const now = deps.now();
  const at = timeOf(change.at);
  const untimely = refusalOfTime(change.at, now);
  if (untimely) return untimely;
  try {
    return await dispatch({ userId, caller, change, own, at, madeAt: at ?? now }, deps);
  } catch (error) {
    if (error instanceof DomainError) return { kind: "refused", error };
    throw error;
  }
}

async function dispatch(
  {
    userId,
    caller,
    change,
    own,
    at,
    madeAt,
  }: {
    userId: string;
    caller: Caller;
    change: OutboxChange;
    own: OwnVersions;
    at: number | undefined;
    madeAt: number;
  },
  deps: OutboxDeps,
): Promise<ChangeOutcome> {
  const { key } = change;
  const baseOf = (target: string, ifVersion: number | undefined): Base => ({
    ifVersion,
    isOwn: (version) => own.has(target, version, at),
  });
  if (change.op === "add") {
    const { data: body, error } = addBookRequestSchema.safeParse({
      ...change.body,
      ...(change.isbn === undefined ? {} : { isbn: change.isbn }),
    });
    if (!body) return malformed(error.issues, ["body"]);
    const base = baseOf(body.isbn === undefined ? "" : deps.entryId(body.isbn), undefined);
    return addEntry({ userId, caller, key, body, base, madeAt }, deps);
  }
  if (change.op === "goal" || change.op === "goal.delete") {
    const { year, ...target } = change.body;
    const base = baseOf(goalName(year), change.ifVersion);
    const goal = change.op === "goal" ? target : undefined;
    return changeGoal({ userId, key, year, target: goal, base }, deps);
  }
  if (change.op === "setting") {
    const { name, value } = change.body;
    const base = baseOf(settingName(name), change.ifVersion);
    return changeSetting({ userId, key, name, value, base }, deps);
  }
  const isbn = deps.entryId(change.isbn);
  const edit = { userId, isbn, key, madeAt };
  switch (change.op) {
    case "change": {
      const isEmpty = Object.values(change.body).every((value) => value === undefined);
      if (isEmpty) return invalid("body", NO_CHANGE);
      const base = baseOf(isbn, change.ifVersion);
      return changeEntry({ ...edit, base, body: change.body }, deps);
    }
    case "delete":
      return deleteEntry({ ...edit, base: baseOf(isbn, change.ifVersion) }, deps);
    case "restore":
      return restoreEntry({ ...edit, base: baseOf(isbn, undefined) }, deps);
    case "progress":
      return addProgress({ ...edit, at, body: change.body }, deps);
    case "progress.delete":
      return deleteProgress({ ...edit, id: change.body.id }, deps);
  }
}

function malformed(found: readonly FoundIssue[], under: readonly string[] = []): ChangeOutcome {
  const { issues, summary } = describeIssues(found, under);
  return refused("INVALID_REQUEST", summary, { details: { issues } });
}
