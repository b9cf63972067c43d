/** The stage of an import, in the terms of the page. */
import type { ImportSnapshot } from "../../../../client/src/index.ts";

export type Stage =
  | "previewing"
  | "preview"
  | "running"
  | "undoing"
  | "completed"
  | "failed"
  | "cancelled"
  | "undone";

export function stageOf({
  status,
  dryRun,
  undoing,
}: Pick<ImportSnapshot, "status" | "dryRun" | "undoing">): Stage {
  if (status === "previewed") return "preview";
  if (status !== "queued" && status !== "processing") return status;
  if (undoing) return "undoing";
  return dryRun ? "previewing" : "running";
}

/** Progress of the lookups, whose total is not known in advance; undefined while there are none. */
export function lookupsOf({
  enrichment: { done, notFound, deferred, pending },
}: Pick<ImportSnapshot, "enrichment">): { done: number; total: number } | undefined {
  const asked = done + notFound + deferred;
  const total = asked + pending;
  return total === 0 ? undefined : { done: asked, total };
}

/**
 * Whether a retry of an ended import would process anything: rows without a book on the shelf, or
 * books that no catalogue has.
 */
export function hasRest({
  outcomes: { needsReview, invalid, notProcessed },
  enrichment: { notFound, deferred, pending },
}: Pick<ImportSnapshot, "outcomes" | "enrichment">): boolean {
  return needsReview + invalid + notProcessed + notFound + deferred + pending > 0;
}

/** The remaining time, in a unit that does not flicker; undefined if unknown. */
export function leftOf(
  etaSeconds: number | undefined,
): { unit: "minutes" | "seconds"; count: number } | undefined {
  if (etaSeconds === undefined) return undefined;
  if (etaSeconds >= 90) return { unit: "minutes", count: Math.round(etaSeconds / 60) };
  return { unit: "seconds", count: Math.max(5, Math.ceil(etaSeconds / 5) * 5) };
}

/** After this long without an update the page shows the elapsed time. */
const SILENCE_S = 15;

/** Seconds without an update, if there are many. */
export function silentSeconds(heardAt: number, now: number): number | undefined {
  const seconds = Math.floor((now - heardAt) / 1000);
  return seconds < SILENCE_S ? undefined : seconds;
}
