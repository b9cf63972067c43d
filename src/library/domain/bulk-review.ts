import {
  MAX_BULK,
  type BulkReviewRequest,
  type BulkReviewResult,
} from "../../../contract/review-queue.ts";
import type { Caller } from "../../platform/identity.ts";
import { resolveRow, type ResolveOutcome, type ReviewDeps } from "./review-queue.ts";

/** Waiting rows: those of `ids`, those of one import, or all. */
export interface ReviewSelection {
  ids?: readonly string[] | undefined;
  jobId?: string | undefined;
  /** Only rows with a title, which can be kept. */
  isTitled: boolean;
}

/** Ports of `settleRows`. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface BulkReviewDeps extends ReviewDeps {
  waiting: {
    /** Ids of waiting rows, oldest first, and the number of all of the selection. */
    ids(
      userId: string,
      selection: ReviewSelection,
      limit: number,
    ): Promise<{ ids: string[]; total: number }>;
    /** Dismisses rows. Returns the ids of those that were waiting. @param at ms since the epoch */
    dismiss(userId: string, ids: readonly string[], at: number): Promise<string[]>;
  };
}

/** The outcome of each row, and the number of waiting rows of the selection that were not reached. */
export interface BulkReview {
  results: BulkReviewResult[];
  remaining: number;
}

/**
 * Keeps or dismisses many waiting rows. Each row is a separate write, so that every row is either
 * waiting or settled even if the request is interrupted. Rows without a title cannot be kept;
 * unless they are named, they are not part of the selection.
 */
export async function settleRows(
  input: { userId: string; caller: Caller; request: BulkReviewRequest },
  deps: BulkReviewDeps,
): Promise<BulkReview> {
  const { userId, caller, request } = input;
  const { ids, jobId, keep } = request;
  const limit = keep ? MAX_BULK.kept : MAX_BULK.rows;
  const found = await deps.waiting.ids(userId, { ids, jobId, isTitled: keep === true }, limit);
  const settled = keep
    ? await keepEach({ userId, caller, ids: found.ids }, deps)
    : await dismissAll(userId, found.ids, deps);
  const remaining = found.total - found.ids.length;
  // The last of several answers has the outcomes of named rows that cannot be settled.
  const isLast = ids !== undefined && remaining === 0;
  const others = isLast ? await othersOf(userId, ids, found.ids, deps) : [];
  return { results: [...settled, ...others], remaining };
}

/**
 * The outcomes of named rows that were not processed because they have no title or are not waiting.
 */
async function othersOf(
  userId: string,
  ids: readonly string[],
  reached: readonly string[],
  { waiting }: BulkReviewDeps,
): Promise<BulkReviewResult[]> {
  const left = [...new Set(ids)].filter((id) => !reached.includes(id));
  if (left.length === 0) return [];
  const untitled = await waiting.ids(userId, { ids: left, isTitled: false }, left.length);
  return left.map((id) =>
    untitled.ids.includes(id) ? { id, ...UNTITLED } : { id, outcome: "notWaiting" },
  );
}

async function keepEach(
  { userId, caller, ids }: { userId: string; caller: Caller; ids: readonly string[] },
  deps: BulkReviewDeps,
): Promise<BulkReviewResult[]> {
  const results: BulkReviewResult[] = [];
  for (const id of ids) {
    const outcome = await resolveRow({ userId, caller, id }, deps);
    results.push({ id, ...resultOf(outcome) });
  }
  return results;
}

async function dismissAll(
  userId: string,
  ids: readonly string[],
  deps: BulkReviewDeps,
): Promise<BulkReviewResult[]> {
  const dismissed = new Set(await deps.waiting.dismiss(userId, ids, deps.now()));
  return ids.map((id) => ({ id, outcome: dismissed.has(id) ? "dismissed" : "notWaiting" }));
}

/** A row is kept without a lookup, so any other outcome is a lost race. */
function resultOf(outcome: ResolveOutcome): Omit<BulkReviewResult, "id"> {
  switch (outcome.kind) {
    case "shelved":
      return { outcome: "kept", isbn: outcome.entry.isbn };
    case "not_waiting":
      return { outcome: "notWaiting" };
    case "untitled":
      return UNTITLED;
    case "full":
      return refused("LIMIT_REACHED", "The shelf is full. Remove books to make room.");
    case "absent":
    case "limited":
    case "unavailable":
    case "database_unavailable":
    case "contended":
      return refused("CONFLICT", "Too many concurrent requests are changing this book. Try again.");
  }
}

const refused = (code: string, detail: string): Omit<BulkReviewResult, "id"> => ({
  outcome: "refused",
  problem: { code, detail },
});

const UNTITLED = refused("INVALID_REQUEST", "The row has no title; send the isbn of the book.");
