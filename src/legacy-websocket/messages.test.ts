import { describe, expect, it } from "vitest";
import { legacyWebSocket } from "../rollout/domain/deprecations.ts";
import type { News } from "../imports/domain/progress/follow.ts";
import type { Job, JobProgress } from "../imports/domain/job/job.ts";
import { deprecatedMessage, legacyMessage, legacyNews, saidIn } from "./messages.ts";

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
  format: "goodreads",
  formatConfidence: 1,
  columns: [],
  createdAt: NOW - 2000,
};
const news = (event: News["event"], change: Partial<JobProgress> = {}): News => ({
  event,
  progress: { ...progress, ...change },
});
const told = (item: News) => {
  const { messages, close } = legacyNews(job, item, NOW);
  return { types: messages.map(({ type }) => type), close, last: messages.at(-1) };
};

describe("legacyNews", () => {
  it("tells who comes late the start and the present state", () => {
    expect(told(news("snapshot")).types).toEqual(["job_started", "job_progress"]);
  });

  it("tells of a job that waits, or is over, the start alone", () => {
    for (const state of ["queued", "completed"] as const) {
      expect(told(news("snapshot", { state })).types).toEqual(["job_started"]);
    }
  });

  it("is a frame as apps in the field decode it", () => {
    expect(told(news("progress")).last).toEqual({
      type: "job_progress",
      jobId: "job",
      pipeline: "csv_import",
      timestamp: NOW,
      version: "1.0.0",
      payload: {
        type: "job_progress",
        progress: 0.3,
        status: "Putting row 6 of 10 on the shelf.",
        processedCount: 6,
        totalCount: 10,
        currentItem: "Dune",
      },
    });
  });

  it("sums the end up, in ms, and closes with 1000", () => {
    const { close, last } = told(news("completed", { state: "completed", completedAt: NOW }));
    expect(close).toBe(1000);
    expect(last?.payload).toEqual({
      type: "job_complete",
      pipeline: "csv_import",
      status: "completed",
      summary: { totalProcessed: 6, successCount: 4, failureCount: 2, duration: 1500 },
      expiresAt: "2026-12-31T12:00:00.000Z",
    });
  });

  it.each(["previewed", "cancelled", "undone"] as const)("%s is an end like others", (state) => {
    const { types, close, last } = told(news(state, { state, completedAt: NOW }));
    expect([types, close, last?.payload["status"]]).toEqual([["job_complete"], 1000, state]);
  });

  it("tells a failure, and closes with 1011", () => {
    const error = { code: "INVALID_CSV", text: "Not a CSV." };
    const { types, close, last } = told(news("failed", { state: "failed", error }));
    expect([types, close]).toEqual([["error"], 1011]);
    expect(last?.payload).toMatchObject({ code: "INVALID_CSV", message: "Not a CSV." });
    const unknown = told(news("failed", { state: "failed" })).last?.payload;
    expect(unknown).toMatchObject({ code: "INTERNAL_ERROR", message: "The import failed." });
  });
});

it("a ping says the time in its payload too, as apps expect it", () => {
  expect(legacyMessage("ping", "job", NOW).payload).toEqual({ type: "ping", timestamp: NOW });
});

it("the first frame of what goes names its end only when that is known", () => {
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
  ['{"type":"job_complete"}', "something else"],
  ['{"type":["ready"]}', "something else"],
  ["[]", "something else"],
  ["null", "something else"],
  ["7", "something else"],
  ["", "something else"],
])("%j says %s", (text, what) => {
  expect(saidIn(text)).toBe(what);
});
