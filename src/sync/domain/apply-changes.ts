import { addBookRequestSchema } from "../../../contract/library.ts";
import { outboxChangeSchema, SYNC_DAYS, type OutboxChange } from "../../../contract/sync.ts";
import {
  MAX_EDIT_AGE_MS,
  MAX_EDIT_AHEAD_MS,
  type AppliedOutcome,
} from "../../idempotency/domain/applied-change.ts";
import { DomainError } from "../../platform/errors.ts";
import type { Caller } from "../../platform/identity.ts";
import { addEntry, restoreEntry, type AddDeps } from "./add-entry.ts";
import { changeEntry, deleteEntry } from "./change-entry.ts";
import { addProgress, deleteProgress, type ProgressEditDeps } from "./change-progress.ts";
import { changeGoal, type GoalEditDeps } from "./change-goal.ts";
import { changeSetting, type SettingEditDeps } from "./change-setting.ts";
import { invalid, refused, type ChangeOutcome } from "./change-result.ts";
import type { Base } from "./conflicts.ts";

/** Dependencies of the outbox. */
export interface OutboxDeps
  extends
    AddDeps,
    Omit<ProgressEditDeps, "applied">,
    Omit<GoalEditDeps, "applied">,
    Omit<SettingEditDeps, "applied"> {
  /**
   * Counts changes that are not known yet towards the day's quota of the account.
   * @returns takes back the count of those that were not applied; never throws
   * @throws DomainError QUOTA_EXCEEDED
   */
  charge(userId: string, changes: number): Promise<(unused: number) => Promise<void>>;
  /** The id of an entry on a shelf. @throws DomainError INVALID_ISBN */
  entryId(text: string): string;
}

/** A change as it was sent; only its key is known to be valid. */
export interface SentChange {
  key: string;
  [member: string]: unknown;
}

export interface ChangeResult {
  key: string;
  outcome: ChangeOutcome;
}

/**
 * Applies the changes of an outbox in their order, each on its own: one that is refused, or meets a conflict, does not
 * affect the others. A change whose key was applied is not applied again. Once the database fails, the rest is refused.
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
  for (const sent of changes) {
    const { key } = sent;
    const before = known.get(key);
    const outcome: ChangeOutcome = before
      ? { kind: "replayed", outcome: before }
      : outage
        ? { kind: "refused", error: outage }
        : await applyOne({ userId, caller, sent, own }, deps);
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

/** The versions that the changes of one request have written. A later edit is made on top of an earlier one. */
class OwnVersions {
  readonly #times = new Map<string, number | undefined>();

  add(target: string, { version, unchanged }: AppliedOutcome, at: number | undefined): void {
    // What a change only found was written by another device, perhaps with fields that the user has not seen.
    if (version !== undefined && !unchanged) this.#times.set(`${target} ${version}`, at);
  }

  /** Whether a version was written by an edit that is not later than `at`. */
  has(target: string, version: number, at: number | undefined): boolean {
    const name = `${target} ${version}`;
    return this.#times.has(name) && (at === undefined || (this.#times.get(name) ?? 0) <= at);
  }
}

const settingName = (name: unknown): string => `setting ${String(name)}`;
const goalName = (year: unknown): string => `goal ${String(year)}`;

/** What an applied change was about: the book, or what the body names. */
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

/** Applies one change; a failure becomes its outcome. @throws Error that is no DomainError */
async function applyOne(
  { userId, caller, sent, own }: One,
  deps: OutboxDeps,
): Promise<ChangeOutcome> {
  const { data: change, error } = outboxChangeSchema.safeParse(sent);
  if (!change) return malformed(error.issues);
  const now = deps.now();
  const at = timeOf(change.at);
  if (at !== undefined && at > now + MAX_EDIT_AHEAD_MS) {
    return invalid("at", "must not be more than 24 hours ahead");
  }
  if (at !== undefined && at < now - MAX_EDIT_AGE_MS) return tooOld();
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
      if (isEmpty) return invalid("body", "contains no change");
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

/** When the edit was made, in ms since the epoch; undefined when the client does not say, or not validly. */
function timeOf(at: unknown): number | undefined {
  const ms = typeof at === "string" ? Date.parse(at) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function tooOld(): ChangeOutcome {
  return refused(
    "KEY_EXPIRED",
    `The edit is older than ${SYNC_DAYS} days, so it is unknown whether it was applied before. Show it to the user, who may make it again.`,
  );
}

function malformed(
  given: readonly { path: PropertyKey[]; message: string }[],
  under: readonly string[] = [],
): ChangeOutcome {
  const issues = given.map(({ path, message }) => ({
    path: [...under, ...path].map(String).join("."),
    message,
  }));
  const summary = issues.map(({ path, message }) =>
    path === "" ? message : `${path}: ${message}`,
  );
  return refused("INVALID_REQUEST", summary.join("; "), { details: { issues } });
}
