import { SYNC_DAYS } from "../../../contract/sync.ts";
import { MAX_EDIT_AGE_MS, MAX_EDIT_AHEAD_MS } from "../../idempotency/domain/applied-change.ts";
import { invalid, refused, type ChangeOutcome } from "./change-result.ts";

/** When the edit was made, in ms since the epoch; undefined if the client sent no valid time. */
export function timeOf(at: unknown): number | undefined {
  const ms = typeof at === "string" ? Date.parse(at) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Why an edit made at this time is refused; undefined if it is accepted. */
export function refusalOfTime(given: string | undefined, now: number): ChangeOutcome | undefined {
  const at = timeOf(given);
  if (at === undefined) return undefined;
  if (at > now + MAX_EDIT_AHEAD_MS) return invalid("at", "must not be more than 24 hours ahead");
  return at < now - MAX_EDIT_AGE_MS ? tooOld() : undefined;
}

function tooOld(): ChangeOutcome {
  return refused(
    "KEY_EXPIRED",
    `The edit is older than ${SYNC_DAYS} days, so it is unknown whether it was applied before. Show it to the user, who may repeat it.`,
  );
}
