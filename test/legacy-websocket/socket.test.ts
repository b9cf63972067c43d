import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { holdLegacySocket, type LegacySocketDeps } from "../../src/legacy-websocket/socket.ts";
import type { LegacyMessage } from "../../src/legacy-websocket/messages.ts";

const PING_MS = 15_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Frames between the two ends of a pair take a turn of the event loop. */
const delivered = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1)
    await new Promise((done) => queueMicrotask(() => done(0)));
  await scheduler.wait(1);
};

interface App {
  heard: string[];
  codes: number[];
  socket: WebSocket;
}

function connected(follow: LegacySocketDeps["follow"], failed = vi.fn<() => void>()): App {
  const socket = holdLegacySocket({
    jobId: "job",
    hub: undefined,
    greeting: [],
    follow,
    running: () => undefined,
    failed,
    now: () => 0,
  });
  const app: App = { heard: [], codes: [], socket };
  socket.addEventListener("message", ({ data }) => {
    app.heard.push((JSON.parse(String(data)) as LegacyMessage).type);
  });
  socket.addEventListener("close", ({ code }) => {
    app.codes.push(code);
  });
  socket.accept();
  return app;
}

/** Listens for as long as there is something to hear. */
const listening: LegacySocketDeps["follow"] = async ({ next }) => {
  while ((await next()) !== undefined);
};

async function passes(pings: number): Promise<void> {
  for (let ping = 0; ping < pings; ping += 1) {
    vi.advanceTimersByTime(PING_MS);
    await delivered();
  }
}

it("an app that answers pings stays; when it falls silent it is let go", async () => {
  let isDone = false;
  const app = connected(async (line) => {
    await listening(line);
    isDone = true;
  });
  for (let ping = 0; ping < 10; ping += 1) {
    await passes(1);
    app.socket.send('{"type":"pong"}');
    await delivered();
  }
  expect(app.heard).toEqual(Array.from({ length: 10 }, () => "ping"));
  expect([app.codes, isDone]).toEqual([[], false]);
  await passes(4);
  expect([app.codes, isDone]).toEqual([[1001], true]);
});

it("an app that never answers a ping stays for half an hour: not every version does", async () => {
  const app = connected(listening);
  await passes(119);
  expect(app.codes).toEqual([]);
  await passes(1);
  expect(app.codes).toEqual([1001]);
});

it("closes with 1011 when it cannot go on, and says why in the log", async () => {
  const failed = vi.fn<() => void>();
  const app = connected(async () => {
    throw new Error("D1 is away");
  }, failed);
  await delivered();
  expect(app.codes).toEqual([1011]);
  expect(failed).toHaveBeenCalledOnce();
});
