import type { ImportSnapshot } from "./schema.ts";

/** A state of an import with ten rows. */
export function snapshotAt(seq: number, isLast: boolean): ImportSnapshot {
  return {
    jobId: "job-1",
    status: isLast ? "completed" : "processing",
    phase: "shelving",
    attempt: 1,
    seq,
    progress: isLast ? 1 : Math.min(0.9, seq / 100),
    totalRows: 10,
    processedRows: isLast ? 10 : Math.min(9, seq),
    outcomes: {
      created: isLast ? 8 : 0,
      updated: 0,
      unchanged: 0,
      needsReview: isLast ? 1 : 0,
      invalid: isLast ? 1 : 0,
      notProcessed: isLast ? 0 : 10,
    },
    enrichment: { done: 0, pending: 0, notFound: 0, deferred: 0 },
    message: isLast ? "Done." : "Under way.",
    format: "goodreads",
    formatConfidence: 1,
    mode: "merge",
    dryRun: false,
    streamUrl: "/api/v2/imports/job-1/stream?ticket=t",
    createdAt: "2026-11-22T10:00:00.000Z",
  };
}
