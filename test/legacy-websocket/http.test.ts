import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import type { LegacyMessage } from "../../src/legacy-websocket/messages.ts";
import { serviceOf } from "../../src/service.ts";
import { bearer, newAccount, type Account } from "../support/accounts.ts";
import { call } from "../support/http.ts";
import { ended, eventsOf, staged, type FileRow } from "../support/imports.ts";
import { ADMIN } from "../support/migration.ts";
import { faultsOf } from "../support/openapi.ts";
import { waitFor } from "../support/wait.ts";

const DAY_MS = 86_400_000;
const day = (days: number): string =>
  new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

/** The service before, between and after its dates. */
const before = serviceOf({
  ...env,
  WS_DEPRECATION_DATE: day(7),
  WS_SUNSET_DATE: day(14),
} as Env).app();
const deprecated = serviceOf({
  ...env,
  WS_DEPRECATION_DATE: day(-7),
  WS_SUNSET_DATE: day(7),
} as Env).app();
const gone = serviceOf({
  ...env,
  WS_DEPRECATION_DATE: day(-14),
  WS_SUNSET_DATE: day(-7),
} as Env).app();
const crowded = serviceOf({ ...env, STREAMS_PER_JOB: "10" } as Env).app();
type Service = typeof before;

/** Two rows to shelve, and four to review. */
const ISBNS = ["9780441172719", "9780306406157"];
const rows: FileRow[] = Array.from({ length: 6 }, (_, index) => ({
  ...(index < ISBNS.length ? { isbn: ISBNS[index] ?? "" } : {}),
  title: `Book ${index}`,
  entry: { status: "completed" as const },
  hash: `row ${index}`,
}));

let user: Account;
let jobId: string;
beforeEach(async () => {
  user = await newAccount();
  jobId = await staged({ userId: user.userId, rows, chunk: 1 });
});

const UPGRADE = { Upgrade: "websocket" };
const path = (query: Record<string, string>): string =>
  `/ws/progress?${new URLSearchParams(query).toString()}`;

async function get(
  service: Service,
  target: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const response = await service.request(`http://bookstrack.test${target}`, { headers });
  expect(await faultsOf("GET", "/ws/progress", response)).toEqual([]);
  return response;
}

const upgraded = (
  service: Service,
  query: Record<string, string> = { jobId, token: user.token },
  headers: Record<string, string> = {},
): Promise<Response> => get(service, path(query), { ...UPGRADE, ...headers });

interface OpenApp {
  messages: LegacyMessage[];
  closed: Promise<{ code: number; reason: string }>;
  send(text: string): void;
  close(): void;
}

function openApp(response: Response): OpenApp {
  expect(response.status).toBe(101);
  const socket = response.webSocket;
  if (!socket) throw new Error("The upgrade returned no WebSocket.");
  const messages: LegacyMessage[] = [];
  socket.addEventListener("message", ({ data }) => {
    messages.push(JSON.parse(String(data)) as LegacyMessage);
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve({ code, reason }));
  });
  socket.accept();
  return {
    messages,
    closed,
    send: (text) => socket.send(text),
    close: () => socket.close(1000),
  };
}

const types = ({ messages }: OpenApp): string[] => messages.map(({ type }) => type);

describe("the legacy WebSocket", () => {
  it("sends the start, every step and the end without waiting for ready, and closes with 1000", async () => {
    const app = openApp(await upgraded(before));
    await ended(jobId);
    expect((await app.closed).code).toBe(1000);
    const history = await eventsOf(jobId);
    expect(types(app)).toEqual([
      "job_started",
      ...history.slice(0, -1).map(() => "job_progress"),
      "job_complete",
    ]);
    for (const message of app.messages) {
      expect(message).toMatchObject({ jobId, pipeline: "csv_import", version: "1.0.0" });
      expect(message.payload["type"]).toBe(message.type);
    }
    expect(app.messages.at(-1)?.payload).toMatchObject({
      summary: { totalProcessed: 6, successCount: 2, failureCount: 4 },
    });
    expect(app.messages.at(-1)?.payload["expiresAt"]).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it("answers ready and ping and ignores other messages", async () => {
    const app = openApp(await upgraded(before));
    app.send('{"type":"ready"}');
    app.send("nonsense");
    app.send("null");
    app.send('{"type":"ping"}');
    await waitFor(() => expect(types(app)).toContain("pong"));
    expect(types(app)).toContain("ready_ack");
    app.close();
  });

  it("closes with 1011 after a failed import", async () => {
    await env.DB.prepare(
      "UPDATE ImportJobs SET state = 'failed', error = ?2, completed_at = 1 WHERE job_id = ?1",
    )
      .bind(jobId, JSON.stringify({ code: "INTERNAL_ERROR", text: "It broke." }))
      .run();
    const app = openApp(await upgraded(before));
    expect((await app.closed).code).toBe(1011);
    expect(app.messages.at(-1)).toMatchObject({ type: "error", payload: { message: "It broke." } });
  });

  it("is opened by a ticket and by a browser's cross-origin request", async () => {
    const snapshot = await call(`/api/v2/imports/${jobId}`, { headers: bearer(user.token) });
    const { streamUrl } = await snapshot.json<{ streamUrl: string }>();
    const ticket = new URL(streamUrl, "https://x").searchParams.get("ticket") ?? "";
    const app = openApp(
      await upgraded(before, { jobId, token: ticket }, { Origin: "https://app.test" }),
    );
    await waitFor(() => expect(types(app)).toContain("job_started"));
    app.close();
  });

  it("is accepted and closed with 1008 when the token does not give access to the job", async () => {
    const other = await newAccount();
    for (const query of [
      { jobId, token: other.token },
      { jobId, token: "bt_0_0" },
      { jobId, token: "nonsense" },
      { jobId, token: "" },
      { jobId: "none", token: user.token },
      { jobId: "x".repeat(5000), token: user.token },
      { token: user.token },
      { jobId },
      {},
    ] as Record<string, string>[]) {
      const app = openApp(await upgraded(before, query));
      expect((await app.closed).code).toBe(1008);
      expect(app.messages).toEqual([]);
    }
  });

  it("counts towards the job's stream limit until the app disconnects", async () => {
    const apps = [];
    for (let place = 0; place < 10; place += 1) apps.push(openApp(await upgraded(crowded)));
    const refused = await upgraded(crowded);
    expect(refused.status).toBe(429);
    expect(await refused.json()).toMatchObject({ code: "TOO_MANY_STREAMS" });
    apps[0]?.close();
    await waitFor(async () => expect((await upgraded(crowded)).status).toBe(101));
  });

  it("disconnects an app that floods it", async () => {
    const app = openApp(await upgraded(before));
    for (let sent = 0; sent <= 100; sent += 1) app.send('{"type":"ping"}');
    expect((await app.closed).code).toBe(1008);
    const long = openApp(await upgraded(before));
    long.send("x".repeat(5000));
    expect((await long.closed).code).toBe(1009);
  });
});

describe("the legacy WebSocket around its dates", () => {
  it("does not mention its removal before its deprecation", async () => {
    const response = await upgraded(before);
    for (const name of ["Deprecation", "Sunset", "Link"]) {
      expect(response.headers.get(name)).toBeNull();
    }
    expect(response.headers.get("X-Request-Id")).not.toBeNull();
    const app = openApp(response);
    await waitFor(() => expect(types(app)[0]).toBe("job_started"));
    app.close();
  });

  it("works after its deprecation and announces its removal in headers and its first frame", async () => {
    const response = await upgraded(deprecated);
    expect(response.headers.get("Deprecation")).toBe(`@${Date.parse(day(-7)) / 1000}`);
    expect(response.headers.get("Sunset")).toBe(new Date(day(7)).toUTCString());
    expect(response.headers.get("Link")).toBe('</api/v2/imports>; rel="successor-version"');
    const app = openApp(response);
    await ended(jobId);
    expect((await app.closed).code).toBe(1000);
    expect(types(app).slice(0, 2)).toEqual(["deprecated", "job_started"]);
    expect(app.messages[0]?.payload).toMatchObject({
      successor: "/api/v2/imports",
      minAppVersion: "2.0.0",
      sunsetAt: `${day(7)}T00:00:00.000Z`,
    });
    expect(types(app).at(-1)).toBe("job_complete");
  });

  it("responds to a plain GET with 426 before its sunset, and to everything with 410 after it", async () => {
    for (const service of [before, deprecated]) {
      const plain = await get(service, path({ jobId, token: user.token }));
      expect([plain.status, plain.headers.get("Upgrade")]).toEqual([426, "websocket"]);
      expect(await plain.json()).toMatchObject({ code: "UPGRADE_REQUIRED" });
    }
    for (const headers of [{}, UPGRADE]) {
      const response = await get(gone, path({ jobId, token: user.token }), headers);
      expect(response.status).toBe(410);
      const details = { successor: "/api/v2/imports", minAppVersion: "2.0.0" };
      expect(await response.json()).toMatchObject({ code: "GONE", ...details });
    }
  });
});

describe("GET /admin/deprecations", () => {
  it("counts the socket's uses by app version", async () => {
    for (const headers of [
      { "X-Client-Version": "ios/1.9" },
      { "X-Client-Version": "iOS/1.9.0 (88)" },
      { "X-Client-Version": "'); DROP TABLE Books;--" },
    ]) {
      openApp(await upgraded(deprecated, undefined, headers)).close();
    }
    const query = { jobId, token: user.token, clientVersion: "android/1.2.3" };
    openApp(await upgraded(deprecated, query)).close();
    openApp(await upgraded(deprecated, { jobId, token: "nonsense" })).close();

    const response = await deprecated.request("http://bookstrack.test/admin/deprecations", {
      headers: ADMIN,
    });
    expect(await faultsOf("GET", "/admin/deprecations", response)).toEqual([]);
    const { items } = await response.json<{ items: Record<string, unknown>[] }>();
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      id: "LEGACY_WEBSOCKET",
      state: "deprecated",
      deprecatedAt: `${day(-7)}T00:00:00.000Z`,
      successor: "/api/v2/imports",
    });
    const clients = items[0]?.["clients"] as { clientVersion: string; uses: number }[];
    const uses = Object.fromEntries(clients.map((client) => [client.clientVersion, client.uses]));
    expect(uses).toMatchObject({ "ios/1.9.0": 2, "android/1.2.3": 1 });
    expect(uses["other"]).toBeGreaterThanOrEqual(1);
    expect(Object.keys(uses)).toHaveLength(3);
  });

  it("requires the operator's token", async () => {
    expect((await call("/admin/deprecations")).status).toBe(401);
    expect((await call("/admin/deprecations", { headers: bearer(user.token) })).status).toBe(403);
  });
});
