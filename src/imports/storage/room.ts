import type { ShelfLimits } from "../../quotas/domain/policy.ts";
import { entriesSql, waitingSql } from "../../quotas/module.ts";
import type { AccountWrite } from "../domain/job/account-line.ts";
import type { ShelvingPlan } from "../domain/job/shelving-plan.ts";
import type { Room, StagedRow } from "../domain/job/shelf-state.ts";
import type { JobStep } from "./advance.ts";
import type { WorkedJob } from "../domain/job/transitions.ts";

// ?2 whether to count the waiting rows, of which there may be 20,000.
const STANDING = `
  SELECT ${entriesSql("?1")} AS entries, CASE WHEN ?2 THEN ${waitingSql("?1")} ELSE 0 END AS waiting`;

/**
 * Reads how much may be added to a user's shelf and review queue. A preview writes neither, so what
 * it would have added so far is subtracted.
 */
export async function readRoom(
  db: D1Database,
  { userId, dryRun, outcomes }: WorkedJob,
  rows: readonly StagedRow[],
  limits: ShelfLimits,
): Promise<Room> {
  const { entries, waitingRows } = limits;
  if (entries === undefined && waitingRows === undefined) return UNLIMITED;
  const mayWait = waitingRows !== undefined && rows.some(({ verdict }) => verdict === "match");
  const standing = await db
    .prepare(STANDING)
    .bind(userId, Number(mayWait))
    .first<{ entries: number; waiting: number }>();
  const { entries: kept = 0, waiting = 0 } = standing ?? {};
  const previewed = dryRun ? outcomes : { created: 0, needsReview: 0 };
  return {
    entries: Math.max(0, (entries ?? Infinity) - kept - previewed.created),
    waitingRows: Math.max(0, (waitingRows ?? Infinity) - waiting - previewed.needsReview),
  };
}

const UNLIMITED: Room = { entries: Infinity, waitingRows: Infinity };

/**
 * The maximum numbers of entries and waiting rows before a plan is written, so that it stays within
 * the limits; undefined means no limit.
 */
export function atMostBefore(
  { writes, reviews, added, account }: ShelvingPlan,
  { entries, waitingRows, progress }: ShelfLimits,
): NonNullable<JobStep["atMost"]> {
  const before = (limit: number | undefined, count: number, isWritten: boolean) =>
    limit === undefined || count === 0 || !isWritten ? undefined : limit - count;
  const isLive = ({ line }: AccountWrite): boolean => line.type === "progress" && !line.trashed;
  const recorded = account.filter(isLive).length;
  return {
    entries: before(entries, added.entries, writes.length > 0),
    waitingRows: before(waitingRows, added.waitingRows, reviews.length > 0),
    progress: before(progress, recorded, true),
  };
}
