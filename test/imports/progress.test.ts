import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import { beforeEach, describe, expect, it } from "vitest";
import type { ImportSnapshot } from "../../contract/imports.ts";
import { bearer, newAccount, type Account } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { ended, eventsOf, objectOf, staged, type FileRow } from "../support/imports.ts";
import { waitFor } from "../support/wait.ts";

let user: Account;
beforeEach(async () => {
  user = await newAccount();
});

const rows: FileRow[] = Array.from({ length: 6 }, (_, index) => ({
  title: `Book ${index}\nid: 99`,
  entry: { status: "completed" as const },
  hash: `row ${index}`,
}));

const job = (options: { dryRun?: boolean; chunk?: number } = {}): Promise<string> =>
  staged({ userId: user.userId, rows, chunk: 1, ...options });

interface ParsedEvent extends EventSourceMessage {
  snapshot: ImportSnapshot;
}

const open = (jobId: string, headers: Record<string, string> = {}, query = ""): Promise<Response> =>
  call(`/api/v2/imports/${jobId}/stream${query}`, {
    headers: { ...bearer(user.token), ...headers },
  });

/** Reads a stream to its end. */
async function readAll(response: Response): Promise<ParsedEvent[]> {
  return parseEvents(await response.text());
}

function parseEvents(text: string): ParsedEvent[] {
  const told: ParsedEvent[] = [];
  createParser({
    onEvent: (event) => told.push({ ...event, snapshot: JSON.parse(event.data) as ImportSnapshot }),
  }).feed(text);
  return told;
}

const names = (told: readonly ParsedEvent[]): (string | undefined)[] =>
  told.map(({ event }) => event);
const ids = (told: readonly ParsedEvent[]): (string | undefined)[] => told.map(({ id }) => id);

describe("the stream of an import", () => {
  it("sends the state, then every event once and in order, then the end, and closes", async () => {
    const jobId = await job();
    const response = await open(jobId);
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/event-stream");
    expect(response.headers.get("Cache-Control")).toBe("no-cache, no-store, no-transform");
    const reading = response.text();
    await ended(jobId);
    const text = await reading;
    expect(text.startsWith("retry: 3000\n\nevent: snapshot\ndata: {")).toBe(true);
    const told = parseEvents(text);
    const history = await eventsOf(jobId);
    expect(ids(told)).toEqual([undefined, ...history.map(({ seq }) => String(seq))]);
    expect(names(told).at(-1)).toBe("completed");
    expect(told.map(({ snapshot }) => snapshot.seq)).toEqual([1, ...history.map(({ seq }) => seq)]);
    expect(told.at(-1)?.snapshot).toMatchObject({ progress: 1, outcomes: { notProcessed: 0 } });
    await expect(socketsOf(jobId)).resolves.toBe(0);
  });

  it("resumes after any event, live or from the history", async () => {
    const jobId = await job();
    await ended(jobId);
    const history = (await eventsOf(jobId)).map(({ seq }) => String(seq));
    for (const [index, id] of history.slice(0, -1).entries()) {
      const told = await readAll(await open(jobId, { "Last-Event-ID": id }));
      expect(ids(told)).toEqual(history.slice(index + 1));
    }
    const byQuery = await readAll(await open(jobId, {}, `?lastEventId=${history[0]}`));
    expect(ids(byQuery)).toEqual(history.slice(1));
    expect((await open(jobId, { "Last-Event-ID": history.at(-1) ?? "" })).status).toBe(204);
    expect(names(await readAll(await open(jobId)))).toEqual(["snapshot", "completed"]);
    expect(names(await readAll(await open(jobId, { "Last-Event-ID": "nonsense" })))).toEqual([
      "snapshot",
      "completed",
    ]);
  });

  it("omits the end of the first attempt when a second one has started", async () => {
    const jobId = await job({ dryRun: true });
    await ended(jobId);
    const previewed = (await eventsOf(jobId)).at(-1)?.seq;
    const commit = await call(`/api/v2/imports/${jobId}/commit`, {
      method: "POST",
      headers: bearer(user.token),
    });
    expect(commit.status).toBe(202);
    const reading = open(jobId, { "Last-Event-ID": "1" }).then(readAll);
    await ended(jobId);
    const told = await reading;
    expect(ids(told)).not.toContain(String(previewed));
    expect(names(told).filter((name) => name !== "progress")).toEqual(["completed"]);
    expect(told.at(-1)?.snapshot.attempt).toBe(2);
  });

  it("sends the current state when the history has been swept", async () => {
    const jobId = await job();
    await ended(jobId);
    await env.DB.prepare("DELETE FROM ImportEvents WHERE job_id = ?1 AND seq < 5")
      .bind(jobId)
      .run();
    const told = await readAll(await open(jobId, { "Last-Event-ID": "2" }));
    expect(names(told)).toEqual(["snapshot", "completed"]);
  });

  it("releases its resources when the client disconnects", async () => {
    const jobId = await job();
    const response = await open(jobId);
    const reader = response.body?.getReader();
    await reader?.read();
    expect(await socketsOf(jobId)).toBe(1);
    await reader?.cancel();
    await waitFor(async () => expect(await socketsOf(jobId)).toBe(0));
  });

  it("is opened by its ticket alone until an hour after the end", async () => {
    const [jobId, otherId] = [await job(), await job()];
    const { streamUrl } = await snapshot(jobId);
    expect((await snapshot(jobId)).streamUrl).not.toBe(streamUrl);
    await ended(jobId);
    expect(names(await readAll(await call(streamUrl)))).toEqual(["snapshot", "completed"]);
    const ticket = new URL(streamUrl, "https://x").searchParams.get("ticket") ?? "";
    const refused = [
      `/api/v2/imports/${otherId}/stream?ticket=${ticket}`,
      `/api/v2/imports/${jobId}/stream?ticket=${ticket.slice(0, -1)}`,
      `/api/v2/imports/${jobId}/stream?ticket=`,
      `/api/v2/imports/none/stream?ticket=${ticket}`,
    ];
    for (const url of refused) expect([url, (await call(url)).status]).toEqual([url, 401]);
    await env.DB.prepare("UPDATE ImportJobs SET completed_at = ?2 WHERE job_id = ?1")
      .bind(jobId, Date.now() - 3_601_000)
      .run();
    expect((await call(streamUrl)).status).toBe(401);
  });

  it("is limited to its user, to clients that accept streams, and in number", async () => {
    const jobId = await job();
    const stranger = await newAccount();
    expect((await open(jobId, bearer(stranger.token))).status).toBe(404);
    expect((await call(`/api/v2/imports/${jobId}/stream`)).status).toBe(401);
    for (const accept of ["application/json", "text/html", "text/event-stream;q=0"]) {
      expect((await open(jobId, { Accept: accept })).status).toBe(406);
    }
    const opened = [];
    for (const accept of ["*/*", "text/*", "text/event-stream, */*;q=0.1", ""]) {
      opened.push(await open(jobId, { Accept: accept }));
    }
    while (opened.length < 10) opened.push(await open(jobId));
    expect(opened.map(({ status }) => status)).toEqual(opened.map(() => 200));
    const over = await open(jobId);
    expect(over.status).toBe(429);
    expect(await over.json()).toMatchObject({ code: "TOO_MANY_STREAMS" });
    expect(over.headers.get("Retry-After")).toBe("5");
    for (const { body } of opened) await body?.cancel();
    await waitFor(async () => expect(await socketsOf(jobId)).toBe(0));
    const head = { method: "HEAD", headers: bearer(user.token) };
    const looked = await exports.default.fetch(`https://x/api/v2/imports/${jobId}/stream`, head);
    expect(looked.status).toBe(200);
    expect(await socketsOf(jobId)).toBe(0);
  });
});

describe("polling", () => {
  it("returns the same snapshot as the stream, and the time of the next poll", async () => {
    const jobId = await job();
    const before = await call(`/api/v2/imports/${jobId}`, { headers: bearer(user.token) });
    expect(before.headers.get("Retry-After")).toBe("1");
    const tag = before.headers.get("ETag") ?? "";
    expect((await poll(jobId, tag)).status).toBe(304);
    await ended(jobId);
    const after = await poll(jobId, tag);
    expect(after.status).toBe(200);
    expect(after.headers.has("Retry-After")).toBe(false);
    const polled = await after.json<ImportSnapshot>();
    const [told] = await readAll(await open(jobId));
    expect({ ...told?.snapshot, streamUrl: "" }).toEqual({ ...polled, streamUrl: "" });
  });

  it("finds neither imports of other users nor missing ones", async () => {
    const jobId = await job();
    const stranger = await newAccount();
    for (const [id, token] of [
      [jobId, stranger.token],
      ["none", user.token],
      ["%F0%9F%98%80", user.token],
    ] as const) {
      const response = await call(`/api/v2/imports/${id}`, { headers: bearer(token) });
      expect(await response.json()).toMatchObject({ code: "JOB_NOT_FOUND", status: 404 });
    }
  });

  it("lists imports, newest first, page by page", async () => {
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) {
      made.push(await staged({ userId: user.userId, rows, at: Date.now() + index }));
    }
    const found: string[] = [];
    let cursor = "";
    do {
      const response = await call(`/api/v2/imports?limit=2${cursor && `&cursor=${cursor}`}`, {
        headers: bearer(user.token),
      });
      const page = await response.json<{ items: ImportSnapshot[]; nextCursor?: string }>();
      found.push(...page.items.map(({ jobId }) => jobId));
      cursor = page.nextCursor ?? "";
    } while (cursor !== "");
    expect(found).toEqual(made.toReversed());
    const wrong = await call("/api/v2/imports?cursor=x", { headers: bearer(user.token) });
    expect(await wrong.json()).toMatchObject({ code: "INVALID_CURSOR" });
  });
});

const poll = (jobId: string, etag: string): Promise<Response> =>
  call(`/api/v2/imports/${jobId}`, { headers: { ...bearer(user.token), "If-None-Match": etag } });

async function snapshot(jobId: string): Promise<ImportSnapshot> {
  const response = await call(`/api/v2/imports/${jobId}`, { headers: bearer(user.token) });
  return response.json<ImportSnapshot>();
}

/** Counts the followers at a job's Durable Object. */
async function socketsOf(jobId: string): Promise<number> {
  return runInDurableObject(objectOf(jobId), (_object, context) => context.getWebSockets().length);
}
