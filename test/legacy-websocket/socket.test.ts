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

/** Waits one turn of the event loop until frames have passed between the two ends of a pair. */
const delivered = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1)
    await new Promise((done) => queueMicrotask(() => done(0)));
  await scheduler.wait(1);
};

interface App {
  received: string[];
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
  const app: App = { received: [], codes: [], socket };
  socket.addEventListener("message", ({ data }) => {
    app.received.push((JSON.parse(String(data)) as LegacyMessage).type);
  });
  socket.addEventListener("close", ({ code }) => {
    app.codes.push(code);
  });
  socket.accept();
  return app;
}

/** Reads announcements until the line is closed. */
const listening: LegacySocketDeps["follow"] = async ({ next }) => {
  while ((await next()) !== undefined);
};

async function passes(pings: number): Promise<void> {
  for (let ping = 0; ping < pings; ping += 1) {
    vi.advanceTimersByTime(PING_MS);
    await delivered();
  }
}

it("disconnects an app that has answered pings and then stops", async () => {
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
  expect(app.received).toEqual(Array.from({ length: 10 }, () => "ping"));
  expect([app.codes, isDone]).toEqual([[], false]);
  await passes(4);
  expect([app.codes, isDone]).toEqual([[1001], true]);
});

it("serves an app that never answers pings for half an hour, because not every version does", async () => {
  const app = connected(listening);
  await passes(119);
  expect(app.codes).toEqual([]);
  await passes(1);
  expect(app.codes).toEqual([1001]);
});

it("closes with 1011 after an error and reports it", async () => {
  const failed = vi.fn<() => void>();
  const app = connected(async () => {
    throw new Error("D1 is unavailable");
  }, failed);
  await delivered();
  expect(app.codes).toEqual([1011]);
  expect(failed).toHaveBeenCalledOnce();
});
