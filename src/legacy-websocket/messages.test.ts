import { describe, expect, it } from "vitest";
import { legacyWebSocket } from "../rollout/domain/deprecations.ts";
import type { JobUpdate } from "../imports/domain/progress/follow.ts";
import type { Job, JobProgress } from "../imports/domain/job/job.ts";
import { deprecatedMessage, legacyMessage, legacyUpdate, parseClientMessage } from "./messages.ts";

const NOW = Date.parse("2026-12-01T12:00:00Z");
const progress: JobProgress = {
  state: "processing",
  phase: "shelving",
  attempt: 1,
  seq: 3,
  totalRows: 10,
  outcomes: { created: 2, updated: 1, unchanged: 1, needsReview: 1, invalid: 1 },
  enrichment: { done: 0, pending: 0, notFound: 0, deferred: 0 },
  progress: 0.3,
  currentTitle: "Dune",
  startedAt: NOW - 1500,
  updatedAt: NOW,
};
const job: Job = {
  ...progress,
  jobId: "job",
  userId: "user",
  mode: "merge",
  dryRun: false,
  enrich: true,
  withoutIsbn: "review",
  assumptions: [],
  readingOptions: {},
  format: "goodreads",
  formatConfidence: 1,
  columns: [],
  createdAt: NOW - 2000,
};
const updateOf = (event: JobUpdate["event"], change: Partial<JobProgress> = {}): JobUpdate => ({
  event,
  progress: { ...progress, ...change },
});
const translate = (update: JobUpdate) => {
  const { messages, close } = legacyUpdate(job, update, NOW);
  return { types: messages.map(({ type }) => type), close, last: messages.at(-1) };
};

describe("legacyUpdate", () => {
  it("sends the start and the current state for a snapshot", () => {
    expect(translate(updateOf("snapshot")).types).toEqual(["job_started", "job_progress"]);
  });

  it("sends only the start for a snapshot of a queued or ended job", () => {
    for (const state of ["queued", "completed"] as const) {
      expect(translate(updateOf("snapshot", { state })).types).toEqual(["job_started"]);
    }
  });

  it("builds the frame that released apps decode", () => {
    expect(translate(updateOf("progress")).last).toEqual({
      type: "job_progress",
      jobId: "job",
      pipeline: "csv_import",
      timestamp: NOW,
      version: "1.0.0",
      payload: {
        type: "job_progress",
        progress: 0.3,
        status: "Shelved 6 of 10 rows.",
        processedCount: 6,
        totalCount: 10,
        currentItem: "Dune",
      },
    });
  });

  it("summarises a completed job, with the duration in ms, and closes with 1000", () => {
    const { close, last } = translate(
      updateOf("completed", { state: "completed", completedAt: NOW }),
    );
    expect(close).toBe(1000);
    expect(last?.payload).toEqual({
      type: "job_complete",
      pipeline: "csv_import",
      status: "completed",
      summary: { totalProcessed: 6, successCount: 4, failureCount: 2, duration: 1500 },
      expiresAt: "2026-12-31T12:00:00.000Z",
    });
  });

  it.each(["previewed", "cancelled", "undone"] as const)("sends job_complete for %s", (state) => {
    const { types, close, last } = translate(updateOf(state, { state, completedAt: NOW }));
    expect([types, close, last?.payload["status"]]).toEqual([["job_complete"], 1000, state]);
  });

  it("sends an error for a failed job and closes with 1011", () => {
    const error = { code: "INVALID_CSV", text: "Not a CSV." };
    const { types, close, last } = translate(updateOf("failed", { state: "failed", error }));
    expect([types, close]).toEqual([["error"], 1011]);
    expect(last?.payload).toMatchObject({ code: "INVALID_CSV", message: "Not a CSV." });
    const unknown = translate(updateOf("failed", { state: "failed" })).last?.payload;
    expect(unknown).toMatchObject({ code: "INTERNAL_ERROR", message: "The import failed." });
  });
});

it("repeats the time in the payload of a ping", () => {
  expect(legacyMessage("ping", "job", NOW).payload).toEqual({ type: "ping", timestamp: NOW });
});

it("omits sunsetAt from the deprecated frame when no date is set", () => {
  const { payload } = deprecatedMessage("job", legacyWebSocket({ minAppVersion: "2.0.0" }), NOW);
  expect(payload).toEqual({
    type: "deprecated",
    message: "Update to the latest version for better performance.",
    successor: "/api/v2/imports",
    minAppVersion: "2.0.0",
  });
});

it.each([
  ['{"type":"ready"}', "ready"],
  ['{"type":"ping","payload":{"x":1}}', "ping"],
  ['{"type":"pong"}', "pong"],
  [" ping\n", "ping"],
  ['{"type":"job_complete"}', "unknown"],
  ['{"type":["ready"]}', "unknown"],
  ["[]", "unknown"],
  ["null", "unknown"],
  ["7", "unknown"],
  ["", "unknown"],
])("parses %j as %s", (text, message) => {
  expect(parseClientMessage(text)).toBe(message);
});
