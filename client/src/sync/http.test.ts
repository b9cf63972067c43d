import { expect, it } from "vitest";
import { createClient } from "../client.ts";
import { AccessError, GoneError } from "../errors.ts";
import { modelBook } from "./test-support/model-shelf.ts";

const DUNE = "9780441172719";

/** The sync API of a client that receives the given responses in turn. */
function apiOf(...answers: Response[]) {
  const sent: { method: string; path: string; headers: Headers; body: unknown }[] = [];
  const client = createClient({
    baseUrl: "https://books.example/shelves",
    token: "bt_1_secret",
    fetch: (input, init) => {
      const url = new URL(input instanceof Request ? input.url : input);
      const body = typeof init?.body === "string" ? (JSON.parse(init.body) as unknown) : undefined;
      sent.push({
        method: init?.method ?? "GET",
        path: `${url.pathname}${url.search}`,
        headers: new Headers(init?.headers),
        body,
      });
      const answer = answers.shift();
      return answer ? Promise.resolve(answer) : Promise.reject(new Error("no answer is left"));
    },
  });
  return { api: client.sync("u/1"), sent };
}

const data = (value: unknown, headers: Record<string, string> = {}, now = Date.now()): Response =>
  Response.json(
    { success: true, data: value, metadata: { timestamp: new Date(now).toISOString() } },
    { headers },
  );

it("reads a page: books by ISBN, removals without a value, and no unknown kinds", async () => {
  const book = modelBook(DUNE, "2026-03-01T12:00:00.000Z");
  const { api, sent } = apiOf(
    data(
      {
        items: [
          { kind: "book", isbn: DUNE, version: 3, book },
          { kind: "book", isbn: "local-1", version: 4, deleted: true },
          { kind: "progress", id: "p-1", isbn: DUNE, version: 1, progress: { page: 12 } },
          { kind: "goal", year: 2026, version: 1, goal: { books: 12 } },
          { kind: "setting", name: "timeZone", version: 1, value: "Europe/Berlin" },
          { kind: "shopping-list", id: "s-1", version: 1 },
        ],
        next: "c1.9",
        more: true,
        seq: 9,
      },
      { "Retry-After": "60" },
    ),
  );
  expect(await api.changes({ since: "c1.5", limit: 1000 })).toEqual({
    items: [
      { kind: "book", id: DUNE, version: 3, value: book },
      { kind: "book", id: "local-1", version: 4, value: undefined },
      { kind: "progress", id: "p-1", version: 1, value: { id: "p-1", isbn: DUNE, page: 12 } },
      { kind: "goal", id: "2026", version: 1, value: { year: 2026, books: 12 } },
      { kind: "setting", id: "timeZone", version: 1, value: "Europe/Berlin" },
    ],
    next: "c1.9",
    more: true,
    seq: 9,
    pollAfterMs: 60_000,
  });
  expect(sent[0]?.path).toBe("/shelves/v1/library/u%2F1/changes?since=c1.5&limit=1000");
  expect(sent[0]?.headers.get("Authorization")).toBe("Bearer bt_1_secret");
});

it("avoids resending of unchanged responses", async () => {
  const page = { items: [], next: "c1.9", more: false, seq: 9 };
  const { api, sent } = apiOf(
    data(page, { ETag: '"a"' }),
    new Response(null, { status: 304, headers: { "Retry-After": "30" } }),
    data({ ...page, next: "c1.10", seq: 10 }, { ETag: '"b"' }),
    data({ ...page, next: "c1.10", seq: 10 }),
  );
  await api.changes({ since: "c1.9" });
  expect(await api.changes({ since: "c1.9" })).toEqual({ ...page, pollAfterMs: 30_000 });
  await api.changes({ since: "c1.9" });
  await api.changes({ since: "c1.10" });
  const etags = sent.map(({ headers }) => headers.get("If-None-Match"));
  expect(etags).toEqual([null, '"a"', '"a"', null]);
});

it("sends changes once, and leaves retries to the engine", async () => {
  const results = [{ key: "k-1", outcome: "applied", isbn: DUNE, version: 4 }];
  const { api, sent } = apiOf(data({ results }), new Response("busy", { status: 503 }));
  const changes = [
    { key: "k-1", at: "2026-03-01T12:00:00.000Z", op: "delete", isbn: DUNE },
  ] as const;
  expect(await api.send(changes)).toEqual(results);
  expect(sent[0]).toMatchObject({ method: "POST", body: { changes } });
  await expect(api.send(changes)).rejects.toMatchObject({ status: 503 });
  expect(sent).toHaveLength(2);
});

it("distinguishes an invalid token from an invalid position in the feed", async () => {
  const problem = (status: number, code: string): Response =>
    Response.json({ code, status, detail: code }, { status });
  const { api } = apiOf(problem(401, "UNAUTHORIZED"), problem(410, "SYNC_RESET"));
  await expect(api.changes({})).rejects.toBeInstanceOf(AccessError);
  await expect(api.changes({ since: "c1.1" })).rejects.toBeInstanceOf(GoneError);
});

it("measures the error of the device's clock, up to the duration of a response", async () => {
  const page = { items: [], next: "c1.9", more: false, seq: 9 };
  const dated = (ms: number): Response => data(page, {}, ms);
  const DAY = 24 * 60 * 60 * 1000;
  const { api } = apiOf(dated(Date.now() + 30 * DAY), dated(Date.now() - 2000), data(page));
  await api.changes({});
  expect(Math.round((api.clockOffsetMs?.() ?? 0) / DAY)).toBe(30);
  await api.changes({});
  expect(api.clockOffsetMs?.()).toBe(0);
  await api.changes({});
  expect(api.clockOffsetMs?.()).toBe(0);
});

it("reads the numbers of a stream until the service closes it", async () => {
  const events = ': hello\n\nevent: change\ndata: {"seq":4}\n\nevent: change\ndata: {"seq":9}\n\n';
  const { api, sent } = apiOf(new Response(events));
  expect(await Array.fromAsync(api.listen({}))).toEqual([4, 9]);
  expect(sent[0]?.path).toBe("/shelves/v1/library/u%2F1/changes/stream");
  expect(sent[0]?.headers.get("Accept")).toBe("text/event-stream");
});
