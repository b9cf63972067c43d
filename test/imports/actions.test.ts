import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { ImportSnapshot } from "../../contract/imports.ts";
import { bearer, narrowed } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { ended, eventsOf, imported, rowsOf, shelfOf, staged } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";

const post = (
  { token }: Pick<Reader, "token">,
  jobId: string,
  action: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  call(`/api/v2/imports/${jobId}/${action}`, {
    method: "POST",
    headers: { ...bearer(token), ...headers },
  });

const codeOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  (await response.json<{ code: string }>()).code,
];

const ROWS = [
  { isbn: isbnOf(7000), title: "One", entry: { status: "reading" as const } },
  { isbn: isbnOf(7000), title: "One", entry: { status: "completed" as const } },
  { isbn: isbnOf(7001), title: "Two" },
  { title: "Three", authors: ["T"] },
];

describe("a preview", () => {
  it("writes nothing until it is committed", async () => {
    const user = await newReader();
    const preview = await imported({ userId: user.userId, rows: ROWS, dryRun: true, chunk: 1 });
    expect(preview).toMatchObject({
      state: "previewed",
      progress: 1,
      outcomes: { created: 2, updated: 1, unchanged: 0, needsReview: 1, invalid: 0 },
    });
    expect(await shelfOf(user.userId)).toEqual([]);

    const response = await post(user, preview.jobId, "commit");
    expect(response.status).toBe(202);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const snapshot = await response.json<ImportSnapshot>();
    expect(snapshot).toMatchObject({
      jobId: preview.jobId,
      status: "queued",
      attempt: 2,
      dryRun: false,
      progress: 0,
      outcomes: { created: 0, notProcessed: 4 },
    });
    const job = await ended(preview.jobId);
    expect(job).toMatchObject({ state: "completed", outcomes: preview.outcomes, attempt: 2 });
    expect(await shelfOf(user.userId)).toHaveLength(2);
    const events = await eventsOf(job.jobId);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 2));
    const terminal = events.filter(({ type }) => type !== "progress");
    expect(terminal.map(({ type, attempt }) => [type, attempt])).toEqual([
      ["previewed", 1],
      ["completed", 2],
    ]);
    expect(await codeOf(await post(user, job.jobId, "commit"))).toEqual([409, "CONFLICT"]);
  });
});

describe("cancel", () => {
  it("stops a job once", async () => {
    const user = await newReader();
    const jobId = await staged({ userId: user.userId, rows: ROWS });
    const response = await post(user, jobId, "cancel");
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      status: "cancelled",
      outcomes: { notProcessed: 4 },
      message: "Cancelled after 0 of 4 rows. Rows that were already shelved are kept.",
    });
    expect(await codeOf(await post(user, jobId, "cancel"))).toEqual([409, "JOB_NOT_CANCELLABLE"]);
    await ended(jobId);
    expect(await shelfOf(user.userId)).toEqual([]);
  });

  it("defers books that have not been looked up", async () => {
    const user = await newReader();
    const jobId = await staged({ userId: user.userId, rows: ROWS, enrich: true });
    const enriching = await ended(jobId, ({ phase }) => phase === "enriching");
    expect(enriching).toMatchObject({
      state: "processing",
      progress: 0.5,
      enrichment: { pending: 3 },
    });
    await post(user, jobId, "cancel");
    const job = await ended(jobId);
    expect(job).toMatchObject({ state: "cancelled", enrichment: { pending: 0, deferred: 3 } });
    expect((await rowsOf(jobId)).map((row) => row["enrichment"])).toEqual([
      "deferred",
      null,
      "deferred",
      "deferred",
    ]);
  });
});

describe("retry", () => {
  it("retries only rows in review and books that no provider knew", async () => {
    const user = await newReader();
    const jobId = await staged({ userId: user.userId, rows: ROWS, enrich: true });
    await ended(jobId, ({ phase }) => phase === "enriching");
    await env.DB.batch(
      [
        "UPDATE ImportResults SET enrichment = 'notFound' WHERE job_id = ?1 AND enrichment = 'pending'",
        "UPDATE ImportJobs SET enrich_pending = 0, enrich_not_found = 3 WHERE job_id = ?1",
      ].map((sql) => env.DB.prepare(sql).bind(jobId)),
    );
    const first = await ended(jobId);
    expect(first).toMatchObject({ state: "completed", enrichment: { notFound: 3 } });
    await inCatalogue({ isbn: isbnOf(7001), title: "Two" });

    const response = await post(user, jobId, "retry");
    expect(await response.json()).toMatchObject({
      status: "queued",
      attempt: 2,
      outcomes: { created: 2, updated: 1, needsReview: 0, notProcessed: 1 },
      enrichment: { done: 0, pending: 2, notFound: 0, deferred: 0 },
    });
    const again = await ended(jobId, ({ phase }) => phase === "enriching");
    expect(again).toMatchObject({
      outcomes: first.outcomes,
      enrichment: { done: 0, pending: 3, notFound: 0, deferred: 0 },
    });
    expect(await codeOf(await post(user, jobId, "retry"))).toEqual([409, "CONFLICT"]);
  });
});

describe("undo", () => {
  it("with cancel=true first cancels a running import", async () => {
    const user = await newReader();
    const rows = [
      { isbn: isbnOf(7003), title: "One" },
      { isbn: isbnOf(7004), title: "Two" },
    ];
    const jobId = await staged({ userId: user.userId, rows, enrich: true });
    await ended(jobId, ({ phase }) => phase === "enriching");
    expect(await codeOf(await post(user, jobId, "undo"))).toEqual([409, "JOB_NOT_UNDOABLE"]);
    expect(await codeOf(await post(user, jobId, "undo?cancel=false"))).toEqual([
      409,
      "JOB_NOT_UNDOABLE",
    ]);
    expect((await post(user, jobId, "undo?cancel=perhaps")).status).toBe(400);
    const key = { "Idempotency-Key": "cancel-and-undo" };
    const response = await post(user, jobId, "undo?cancel=true", key);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ message: "The import is being undone." });
    expect(
      (await post(user, jobId, "undo?cancel=true", key)).headers.get("Idempotency-Replayed"),
    ).toBe("true");
    expect(await ended(jobId)).toMatchObject({ state: "undone" });
    expect(await shelfOf(user.userId)).toEqual([]);
    const types = (await eventsOf(jobId)).map(({ type }) => type);
    expect(types.filter((type) => type !== "progress")).toEqual(["cancelled", "undone"]);
  });

  it("with cancel=true continues after a killed request, and refuses a preview", async () => {
    const user = await newReader();
    const jobId = await staged({ userId: user.userId, rows: ROWS, chunk: 1 });
    // The killed request has cancelled the job, but not started the undo.
    await post(user, jobId, "cancel");
    expect((await post(user, jobId, "undo?cancel=true")).status).toBe(202);
    expect(await ended(jobId)).toMatchObject({ state: "undone" });
    const preview = await staged({ userId: user.userId, rows: ROWS, dryRun: true });
    expect(await codeOf(await post(user, preview, "undo?cancel=true"))).toEqual([
      409,
      "JOB_NOT_UNDOABLE",
    ]);
  });

  it("reverts what was written, and is refused after thirty days", async () => {
    const user = await newReader();
    const job = await imported({ userId: user.userId, rows: ROWS });
    const response = await post(user, job.jobId, "undo");
    expect(await response.json()).toMatchObject({
      status: "processing",
      attempt: 2,
      message: "The import is being undone.",
      undoing: true,
    });
    const refused = await post(user, job.jobId, "cancel");
    expect(await refused.json()).toMatchObject({
      code: "JOB_NOT_CANCELLABLE",
      detail: "The import is being undone: there is nothing to cancel.",
    });
    expect(refused.status).toBe(409);
    expect(await ended(job.jobId)).toMatchObject({ state: "undone", outcomes: job.outcomes });
    expect(await shelfOf(user.userId)).toEqual([]);
    expect(await codeOf(await post(user, job.jobId, "undo"))).toEqual([409, "JOB_NOT_UNDOABLE"]);
    expect(await codeOf(await post(user, job.jobId, "retry"))).toEqual([409, "CONFLICT"]);

    const old = await imported({ userId: user.userId, rows: ROWS });
    await env.DB.prepare("UPDATE ImportJobs SET completed_at = ?2 WHERE job_id = ?1")
      .bind(old.jobId, Date.now() - 31 * 86_400_000)
      .run();
    expect(await codeOf(await post(user, old.jobId, "undo"))).toEqual([409, "JOB_NOT_UNDOABLE"]);
    const preview = await imported({ userId: user.userId, rows: ROWS, dryRun: true });
    expect(await codeOf(await post(user, preview.jobId, "undo"))).toEqual([
      409,
      "JOB_NOT_UNDOABLE",
    ]);
  });

  it("does not touch a book that was removed and added again by another import", async () => {
    const user = await newReader();
    const row = { isbn: isbnOf(7010), title: "Again", entry: { rating: 4 } };
    const first = await imported({ userId: user.userId, rows: [row] });
    const stale = (await user.call("GET", `/books/${row.isbn}`)).headers.get("ETag") ?? "";
    expect((await user.call("DELETE", `/books/${row.isbn}`)).status).toBe(204);
    // An import leaves a book in the trash.
    expect((await user.call("DELETE", "/trash")).status).toBe(204);
    const second = await imported({ userId: user.userId, rows: [row] });
    const shelf = await shelfOf(user.userId);
    expect(shelf).toMatchObject([{ isbn: row.isbn, source: second.jobId }]);
    const change = await user.call(
      "PATCH",
      `/books/${row.isbn}`,
      { rating: 1 },
      { "If-Match": stale },
    );
    expect(change.status).toBe(412);
    await post(user, first.jobId, "undo");
    await ended(first.jobId);
    expect((await rowsOf(first.jobId)).map(({ undo }) => undo)).toEqual(["changedSince"]);
    expect(await shelfOf(user.userId)).toEqual(shelf);
  });
});

describe("access", () => {
  it("excludes jobs of other users and jobs that are still uploading", async () => {
    const [owner, other] = [await newReader(), await newReader()];
    const jobId = await staged({ userId: owner.userId, rows: ROWS });
    for (const action of ["commit", "cancel", "retry", "undo"]) {
      expect(await codeOf(await post(other, jobId, action))).toEqual([404, "JOB_NOT_FOUND"]);
      expect(await codeOf(await post(owner, "nothing", action))).toEqual([404, "JOB_NOT_FOUND"]);
    }
    await env.DB.prepare("UPDATE ImportJobs SET state = 'uploading' WHERE job_id = ?1")
      .bind(jobId)
      .run();
    expect(await codeOf(await post(owner, jobId, "cancel"))).toEqual([404, "JOB_NOT_FOUND"]);
    const token = await narrowed(owner.token, ["library:write"]);
    expect(await codeOf(await post({ token }, jobId, "cancel"))).toEqual([403, "FORBIDDEN"]);
    const withoutToken = await call(`/api/v2/imports/${jobId}/cancel`, { method: "POST" });
    expect(withoutToken.status).toBe(401);
  });
});

describe("an idempotency key", () => {
  it("returns the same response to the same request, which is executed once", async () => {
    const user = await newReader();
    const job = await imported({ userId: user.userId, rows: ROWS });
    const key = { "Idempotency-Key": "undo-it" };
    const first = await post(user, job.jobId, "undo", key);
    const original = await first.json<ImportSnapshot>();
    await ended(job.jobId);
    const again = await post(user, job.jobId, "undo", key);
    expect(again.status).toBe(202);
    expect(again.headers.get("Idempotency-Replayed")).toBe("true");
    const { streamUrl: _fresh, ...replayed } = await again.json<ImportSnapshot>();
    expect(original).toMatchObject(replayed);
    expect(await codeOf(await post(user, "another", "undo", key))).toEqual([
      422,
      "IDEMPOTENCY_KEY_REUSED",
    ]);
    expect(await eventsOf(job.jobId)).toHaveLength(5);
  });
});
