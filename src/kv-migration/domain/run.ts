import { DomainError } from "../../platform/errors.ts";

/** The purpose of a run: to migrate the old values to the catalogue, or to compare them with it. */
export type RunKind = "migration" | "validation";

export type RunStatus = "running" | "paused" | "completed" | "failed" | "cancelled";

/** Keys of a run by outcome; the four outcomes add up to `listed`. */
export interface Counts {
  readonly listed: number;
  /** Merged into the catalogue; in a validation: the row is equal. */
  readonly migrated: number;
  /** Migrated by an earlier run; in a validation: the row differs because it has newer sources. */
  readonly unchanged: number;
  /** Does not belong in the catalogue. */
  readonly skipped: number;
  /** Unreadable; in a validation: a difference that counts as a fault. */
  readonly failed: number;
}

export type Outcome = Exclude<keyof Counts, "listed">;

/** Number of keys by a name: a shape of value, or a reason. */
export type Tally = Readonly<Record<string, number>>;

/** A stored run. Instants are ms since the epoch. */
export interface Run {
  readonly runId: string;
  readonly kind: RunKind;
  readonly status: RunStatus;
  readonly prefix: string;
  readonly dryRun: boolean;
  /** The number of committed pages. */
  readonly step: number;
  /** Where KV continues listing. */
  readonly cursor?: string;
  readonly lastKey?: string;
  readonly counts: Counts;
  readonly shapes: Tally;
  readonly reasons: Tally;
  /** Working time, without pauses. */
  readonly activeMs: number;
  readonly error?: string;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly finishedAt?: number;
}

export const NO_COUNTS: Counts = { listed: 0, migrated: 0, unchanged: 0, skipped: 0, failed: 0 };

/** An operator's actions on a run. */
export type RunAction = "pause" | "resume" | "cancel";

const FROM: Readonly<Record<RunAction, readonly RunStatus[]>> = {
  pause: ["running"],
  resume: ["paused", "failed"],
  cancel: ["running", "paused", "failed"],
};

const TO: Readonly<Record<RunAction, RunStatus>> = {
  pause: "paused",
  resume: "running",
  cancel: "cancelled",
};

/** The states that allow an action, and the resulting state. */
export function transitionOf(action: RunAction): {
  readonly from: readonly RunStatus[];
  readonly to: RunStatus;
} {
  return { from: FROM[action], to: TO[action] };
}

/** The counts of one or several pages. */
export interface PageTally {
  readonly counts: Counts;
  readonly shapes: Tally;
  readonly reasons: Tally;
}

/** One key's outcome, with the names under which it is counted. */
export interface KeyTally {
  readonly outcome: Outcome;
  readonly shape?: string;
  readonly reason?: string;
}

/** Counts the keys of a page. @throws DomainError when the outcomes do not add up */
export function tallyOf(keys: readonly KeyTally[]): PageTally {
  const counts: Record<keyof Counts, number> = { ...NO_COUNTS };
  const shapes: Record<string, number> = {};
  const reasons: Record<string, number> = {};
  for (const { outcome, shape, reason } of keys) {
    counts.listed += 1;
    counts[outcome] += 1;
    if (shape !== undefined) shapes[shape] = (shapes[shape] ?? 0) + 1;
    if (reason !== undefined) reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return { counts: balanced(counts), shapes, reasons };
}

/** Adds a page's counts to those of the run. */
export function addTally(run: PageTally, page: PageTally): PageTally {
  const sum = { ...NO_COUNTS } as Record<keyof Counts, number>;
  for (const name of Object.keys(sum) as (keyof Counts)[]) {
    sum[name] = run.counts[name] + page.counts[name];
  }
  return {
    counts: balanced(sum),
    shapes: addNames(run.shapes, page.shapes),
    reasons: addNames(run.reasons, page.reasons),
  };
}

function addNames(one: Tally, other: Tally): Tally {
  const sum: Record<string, number> = { ...one };
  for (const [name, count] of Object.entries(other)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

function balanced(counts: Counts): Counts {
  const { listed, migrated, unchanged, skipped, failed } = counts;
  if (migrated + unchanged + skipped + failed !== listed) {
    throw new DomainError("INTERNAL_ERROR", "The outcomes of a run do not add up.");
  }
  return counts;
}

/** The speed of a run during its working time, and the remaining time if there are `total` keys. */
export function speedOf(
  { counts, activeMs, status }: Pick<Run, "counts" | "activeMs" | "status">,
  total: number | undefined,
): { keysPerSecond?: number; etaSeconds?: number } {
  if (activeMs <= 0 || counts.listed === 0) return {};
  const keysPerSecond = (counts.listed * 1000) / activeMs;
  const rounded = { keysPerSecond: Math.round(keysPerSecond * 10) / 10 };
  if (status === "completed" || status === "cancelled") return { ...rounded, etaSeconds: 0 };
  if (total === undefined) return rounded;
  const left = Math.max(0, total - counts.listed);
  return { ...rounded, etaSeconds: Math.ceil(left / keysPerSecond) };
}
