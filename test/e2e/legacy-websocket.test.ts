import { get, type IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import { createParser } from "eventsource-parser";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import type { ImportAccepted, ImportSnapshot } from "../../contract/imports.ts";
import { NO_LIMITS } from "../tools/no-limits.ts";
import { startService, type ServiceProcess } from "../tools/service.ts";
import { generatedBooks } from "../tools/stand-in/generated-books.ts";
import { startStandIn } from "../tools/stand-in/server.ts";
import type { StandIn } from "../tools/stand-in/stand-in.ts";
import { eventually, temporaryState } from "./support.ts";

const books = generatedBooks(300, 41);
const ROWS = 3000;
const STREAMS = 4;
const DAY_MS = 86_400_000;
const day = (days: number): string =>
  new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const DATES = {
  before: { WS_DEPRECATION_DATE: day(7), WS_SUNSET_DATE: day(14) },
  deprecated: { WS_DEPRECATION_DATE: day(-7), WS_SUNSET_DATE: day(7) },
  gone: { WS_DEPRECATION_DATE: day(-14), WS_SUNSET_DATE: day(-7) },
};

interface Message {
  type: string;
  payload: Record<string, unknown> & { summary?: Record<string, number> };
}

let state: ReturnType<typeof temporaryState>;
let standIn: StandIn;
const running: ServiceProcess[] = [];

async function start(dates: Record<string, string>): Promise<string> {
  const service = await startService({
    stateDir: state.path,
    env: {
      ...standIn.env,
      ...NO_LIMITS,
      ...dates,
      STREAMS_PER_JOB: String(STREAMS),
      MIN_APP_VERSION: "3.0.0",
      ADMIN_TOKEN: "operator",
    },
  });
  running.push(service);
  return service.url;
}

beforeAll(async () => {
  standIn = await startStandIn({ books });
});
beforeEach(() => {
  state = temporaryState();
});
afterEach(async () => {
  for (const service of running.splice(0)) await service.kill9();
  state.remove();
});
afterAll(async () => {
  await standIn.close();
});

async function account(url: string): Promise<string> {
  const response = await fetch(`${url}/api/v2/users`, { method: "POST" });
  return ((await response.json()) as { token: string }).token;
}

async function importFile(url: string, token: string): Promise<ImportAccepted> {
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const { isbn13, title } = books[index % books.length] ?? { isbn13: "", title: "" };
    return index % 10 === 9 ? '"",,not an isbn' : `"${title}",An Author,${isbn13}`;
  });
  const response = await fetch(`${url}/api/v2/imports`, {
    method: "POST",
    headers: { Authorization: `Bearer ${token}`, "Content-Type": "text/csv" },
    body: ["Title,Author,ISBN13", ...rows].join("\n"),
  });
  expect(response.status).toBe(202);
  return (await response.json()) as ImportAccepted;
}

const socketPath = (jobId: string, token: string): string =>
  `/ws/progress?${new URLSearchParams({ jobId, token, clientVersion: "ios/2.1.0" }).toString()}`;

/** All frames until the socket closes, and its close code and reason. */
function watchSocket(
  url: string,
  jobId: string,
  token: string,
): Promise<{ messages: Message[]; code: number }> {
  const socket = new WebSocket(`${url.replace("http", "ws")}${socketPath(jobId, token)}`);
  const messages: Message[] = [];
  socket.addEventListener("message", ({ data }) => {
    messages.push(JSON.parse(String(data)) as Message);
  });
  return new Promise((resolve, reject) => {
    socket.addEventListener("close", ({ code }) => resolve({ messages, code }));
    socket.addEventListener("error", () => reject(new Error("The server rejected the WebSocket.")));
  });
}

interface Upgrade {
  status: number;
  headers: IncomingHttpHeaders;
  socket?: Socket;
  text: string;
}

/** Requests an upgrade with a client that exposes the response headers. */
function upgrade(url: string, path: string): Promise<Upgrade> {
  return new Promise((resolve, reject) => {
    const request = get(`${url}${path}`, {
      headers: {
        Connection: "Upgrade",
        Upgrade: "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
      },
    });
    request.on("error", reject);
    request.on("upgrade", ({ headers }, socket: Socket) => {
      socket.on("error", () => undefined);
      resolve({ status: 101, headers, socket, text: "" });
    });
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
  });
}

const snapshotOf = async (url: string, path: string, token: string): Promise<ImportSnapshot> => {
  const response = await fetch(`${url}${path}`, { headers: { Authorization: `Bearer ${token}` } });
  return (await response.json()) as ImportSnapshot;
};

/** All events of an import, from the first. */
async function watchStream(url: string, streamUrl: string): Promise<ImportSnapshot[]> {
  const response = await fetch(`${url}${streamUrl}`, { headers: { "Last-Event-ID": "0" } });
  const snapshots: ImportSnapshot[] = [];
  createParser({ onEvent: ({ data }) => snapshots.push(JSON.parse(data) as ImportSnapshot) }).feed(
    await response.text(),
  );
  return snapshots;
}

async function poll(url: string, statusUrl: string, token: string): Promise<ImportSnapshot[]> {
  const seen: ImportSnapshot[] = [];
  await eventually(
    async () => {
      const snapshot = await snapshotOf(url, statusUrl, token);
      seen.push(snapshot);
      return snapshot.status;
    },
    (status) => status === "completed",
  );
  return seen;
}

const numbers = ({ seq, status, progress, processedRows, outcomes, message }: ImportSnapshot) => ({
  seq,
  status,
  progress,
  processedRows,
  outcomes,
  message,
});

it("one import followed by stream, polling and the legacy socket: equal numbers and equal end", async () => {
  const url = await start(DATES.before);
  const token = await account(url);
  const { jobId, statusUrl, streamUrl } = await importFile(url, token);
  const [socket, stream, polled] = await Promise.all([
    watchSocket(url, jobId, token),
    watchStream(url, streamUrl),
    poll(url, statusUrl, token),
  ]);

  const bySeq = new Map(stream.map((snapshot) => [snapshot.seq, numbers(snapshot)]));
  // A queued job has no event yet.
  for (const snapshot of polled.filter(({ status }) => status !== "queued")) {
    expect(numbers(snapshot)).toEqual(bySeq.get(snapshot.seq));
  }

  const steps = socket.messages.filter(({ type }) => type === "job_progress");
  expect(steps.length).toBeGreaterThan(0);
  expect(
    steps.map(({ payload }) => [payload["progress"], payload["processedCount"], payload["status"]]),
  ).toEqual(
    stream
      .slice(0, -1)
      .slice(-steps.length)
      .map(({ progress, processedRows, message }) => [progress, processedRows, message]),
  );

  const end = stream.at(-1);
  if (!end) throw new Error("The stream sent no event.");
  const { created, updated, unchanged, needsReview, invalid } = end.outcomes;
  expect(numbers(polled.at(-1) ?? end)).toEqual(numbers(end));
  expect([socket.code, socket.messages[0]?.type, socket.messages.at(-1)?.type]).toEqual([
    1000,
    "job_started",
    "job_complete",
  ]);
  expect(socket.messages.at(-1)?.payload.summary).toMatchObject({
    totalProcessed: ROWS,
    successCount: created + updated + unchanged,
    failureCount: needsReview + invalid,
  });
  expect(needsReview + invalid).toBeGreaterThan(0);
});

it("before the deprecation no header announces it, and a plain GET returns 426", async () => {
  const url = await start(DATES.before);
  const token = await account(url);
  const { jobId } = await importFile(url, token);
  const { status, headers, socket } = await upgrade(url, socketPath(jobId, token));
  socket?.destroy();
  expect([status, headers["deprecation"], headers["sunset"], headers["link"]]).toEqual([
    101,
    undefined,
    undefined,
    undefined,
  ]);
  const plain = await fetch(`${url}${socketPath(jobId, token)}`);
  // `Upgrade` is a connection header: workerd removes it from a Worker's response.
  expect(plain.status).toBe(426);
  expect((await watchSocket(url, jobId, "bt_0_0")).code).toBe(1008);
});

it("after the deprecation it works, announces the sunset, and frees the slots of disconnected apps", async () => {
  const url = await start(DATES.deprecated);
  const token = await account(url);
  const { jobId } = await importFile(url, token);
  for (let cut = 0; cut < STREAMS + 2; cut += 1) {
    const { status, headers, socket } = await eventually(
      () => upgrade(url, socketPath(jobId, token)),
      (answer) => answer.status === 101,
    );
    expect([status, headers["deprecation"], headers["link"]]).toEqual([
      101,
      `@${Date.parse(day(-7)) / 1000}`,
      '</api/v2/imports>; rel="successor-version"',
    ]);
    const sunset = headers["sunset"] ?? "";
    expect(new Date(Date.parse(String(sunset))).toUTCString()).toBe(sunset);
    expect(Date.parse(String(sunset))).toBe(Date.parse(day(7)));
    socket?.destroy();
  }
  const { messages, code } = await watchSocket(url, jobId, token);
  expect([messages[0]?.type, messages[1]?.type, messages.at(-1)?.type, code]).toEqual([
    "deprecated",
    "job_started",
    "job_complete",
    1000,
  ]);

  const answer = await eventually(
    async () => {
      const response = await fetch(`${url}/admin/deprecations`, {
        headers: { Authorization: "Bearer operator" },
      });
      return (await response.json()) as { items: { uses: number; clients: object[] }[] };
    },
    ({ items }) => items[0]?.uses === STREAMS + 3,
  );
  expect(answer.items[0]).toMatchObject({
    id: "LEGACY_WEBSOCKET",
    state: "deprecated",
    minAppVersion: "3.0.0",
    clients: [{ clientVersion: "ios/2.1.0", uses: STREAMS + 3 }],
  });
  expect(running[0]?.output()).not.toContain(token);
});

it("after the sunset upgrades and plain requests return 410", async () => {
  const url = await start(DATES.gone);
  const path = socketPath("any", "any");
  const plain = await fetch(`${url}${path}`);
  const refused = await upgrade(url, path);
  for (const [status, text] of [
    [plain.status, await plain.text()],
    [refused.status, refused.text],
  ] as const) {
    expect(status).toBe(410);
    expect(JSON.parse(text)).toMatchObject({
      code: "GONE",
      successor: "/api/v2/imports",
      minAppVersion: "3.0.0",
    });
  }
});
