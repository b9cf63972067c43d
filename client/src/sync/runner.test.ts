import { expect, it, vi } from "vitest";
import { createSyncEngine } from "./engine.ts";
import { memoryStore } from "./memory-store.ts";
import { StoreError } from "./store.ts";
import type { SyncEngineOptions, TabChannel } from "./sync-engine.ts";
import { ModelServer, problem } from "./test-support/model-server.ts";
import type { SyncApi, SyncState } from "./types.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const DUNE = "9780441172719";

/** Waits for progress, however long it takes on a busy machine. */
const until = (check: () => boolean | Promise<boolean>): Promise<boolean> =>
  vi.waitUntil(check, { timeout: 300_000, interval: 5 });

/** A stream that a test writes to. */
function openStream() {
  const numbers = new TransformStream<number, number>();
  const writer = numbers.writable.getWriter();
  const opened = vi.fn<() => void>();
  async function* listen({ signal }: { signal?: AbortSignal }): AsyncGenerator<number> {
    opened();
    const reader = numbers.readable.getReader();
    signal?.addEventListener("abort", () => void reader.cancel(), { once: true });
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  }
  const write = (seq: number): void => void writer.write(seq).catch(() => undefined);
  const end = (): void => void writer.close().catch(() => undefined);
  return { listen, write, end, opened };
}

function world(
  options: Partial<SyncEngineOptions> = {},
  apiOf: (api: SyncApi) => Partial<SyncApi> = () => ({}),
) {
  const server = new ModelServer(NOW);
  server.shelf.importBooks([DUNE], NOW);
  const states: SyncState[] = [];
  const waits: { ms: number; end: () => void }[] = [];
  const stream = openStream();
  const engine = createSyncEngine({
    api: { ...server.api(), listen: stream.listen, ...apiOf(server.api()) },
    store: memoryStore(),
    now: () => server.now,
    random: () => 0.5,
    onState: (state) => states.push(state),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        waits.push({ ms, end: resolve });
        signal?.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
      }),
    ...options,
  });
  return { server, engine, states, waits, stream };
}

it("reads at the start, when the stream announces a write, and after an edit", async () => {
  const { server, engine, states, stream } = world();
  engine.start();
  await until(() => states.at(-1) === "up-to-date");
  expect(await engine.books()).toHaveLength(1);

  server.shelf.importBooks(["9780261102354"], NOW);
  stream.write(server.shelf.seq);
  await until(async () => (await engine.books()).length === 2);

  await engine.edit({ op: "change", isbn: DUNE, set: { rating: 4 } });
  await until(() => server.shelf.book(DUNE)?.rating === 4);
  await engine.stop();
  expect(states.at(-1)).toBe("stopped");
  expect(stream.opened).toHaveBeenCalledOnce();
});

it("does not read for a number that it has already read", async () => {
  const changes = vi.fn<SyncApi["changes"]>();
  const { server, engine, states, stream, waits } = world({}, (api) => ({
    changes: changes.mockImplementation(api.changes),
  }));
  engine.start();
  await until(() => states.at(-1) === "up-to-date");
  await until(() => waits.length > 0);
  stream.write(server.shelf.seq);
  stream.write(server.shelf.seq + 1);
  await until(() => changes.mock.calls.length === 2);
  await engine.stop();
});

it("reads when its stream breaks, and then polls as without one", async () => {
  const { server, engine, states, stream, waits } = world();
  engine.start();
  await until(() => states.at(-1) === "up-to-date");
  server.shelf.importBooks(["9780261102354"], NOW);
  stream.write(server.shelf.seq);
  await until(() => waits.some(({ ms }) => ms === 15 * 60_000));

  server.shelf.importBooks(["9780140328721"], NOW);
  stream.end();
  await until(async () => (await engine.books()).length === 3);
  await until(() => waits.filter(({ ms }) => ms === 60_000).length > 1);
  await engine.stop();
});

it("polls while there is no stream, after the delay that the service requests", async () => {
  const listen = vi.fn<SyncApi["listen"]>(() => {
    throw problem(429, "TOO_MANY_STREAMS", { retryAfterMs: 600_000 });
  });
  const changes = vi.fn<SyncApi["changes"]>();
  const { engine, waits } = world({}, (api) => ({
    listen,
    changes: changes.mockImplementation(async (query) => ({
      ...(await api.changes(query)),
      pollAfterMs: 30_000,
    })),
  }));
  engine.start();
  await until(() => waits.some(({ ms }) => ms === 30_000));
  expect(waits.some(({ ms }) => ms >= 600_000)).toBe(true);
  waits.find(({ ms }) => ms === 30_000)?.end();
  await until(() => changes.mock.calls.length === 2);
  await engine.stop();
});

it("returns to its stream once the service has a free slot", async () => {
  const own = openStream();
  let refusals = 0;
  const { server, engine, states, waits } = world({}, () => ({
    listen(options) {
      if (refusals > 0) return own.listen(options);
      refusals += 1;
      throw problem(429, "TOO_MANY_STREAMS", { retryAfterMs: 600_000 });
    },
  }));
  engine.start();
  await until(() => states.includes("up-to-date") && waits.length === 2);
  waits.find(({ ms }) => ms >= 600_000)?.end();
  await until(() => own.opened.mock.calls.length === 1);
  server.shelf.importBooks(["9780547928227"], server.now);
  own.write(server.shelf.seq);
  await until(async () => (await engine.book("9780547928227")) !== undefined);
  await engine.stop();
});

it("waits longer after each failure, at least as long as the service requests, even after an edit", async () => {
  const failures = [
    problem(503, "DATABASE_UNAVAILABLE"),
    problem(503, "DATABASE_UNAVAILABLE"),
    problem(429, "RATE_LIMIT_EXCEEDED", { retryAfterMs: 20_000 }),
  ];
  const changes = vi.fn<SyncApi["changes"]>();
  const { server, engine, waits, states } = world({}, (api) => ({
    changes: changes.mockImplementation((query) => {
      const failure = failures.shift();
      return failure ? Promise.reject(failure) : api.changes(query);
    }),
  }));
  engine.start();
  for (const ms of [500, 1000, 22_000]) {
    await until(() => waits.at(-1)?.ms === ms);
    expect(states.at(-1)).toBe("waiting");
    const before = changes.mock.calls.length;
    await engine.edit({ op: "goal", year: 2026, body: { books: ms } });
    expect(changes.mock.calls.length).toBe(before);
    waits.at(-1)?.end();
  }
  await until(() => states.at(-1) === "up-to-date");
  expect(server.shelf.values("goal").size).toBe(1);
  await engine.stop();
});

it("does nothing while offline, and reads immediately when online again", async () => {
  const { engine, states } = world();
  engine.setOnline(false);
  engine.start();
  await until(() => states.at(-1) === "offline");
  await engine.edit({ op: "goal", year: 2026, body: { books: 12 } });
  expect((await engine.status()).pending).toBe(1);
  engine.setOnline(true);
  await until(() => states.at(-1) === "up-to-date");
  expect((await engine.status()).pending).toBe(0);
  await engine.stop();
});

it("keeps the outbox when its token is no longer valid", async () => {
  const { engine, states } = world({}, () => ({
    changes: () => Promise.reject(problem(401, "UNAUTHORIZED")),
  }));
  await engine.edit({ op: "goal", year: 2026, body: { books: 12 } });
  engine.start();
  await until(() => states.at(-1) === "signed-out");
  expect(await engine.status()).toMatchObject({ pending: 1, state: "signed-out" });
  await engine.stop();
});

it("fails when its store is lost", async () => {
  const store = memoryStore();
  const { engine, states } = world({ store });
  store.close();
  engine.start();
  await until(() => states.at(-1) === "failed");
  await expect(engine.edit({ op: "goal", year: 2026, body: {} })).rejects.toBeInstanceOf(
    StoreError,
  );
  await engine.stop();
});

it("runs in one tab at a time, and notifies the others of changes", async () => {
  const store = memoryStore();
  const channels = connectedChannels();
  let turn: Promise<void> = Promise.resolve();
  const lock: SyncEngineOptions["lock"] = (work, signal) => {
    const aborted = new Promise<void>((resolve) =>
      signal.addEventListener("abort", () => resolve(), { once: true }),
    );
    const result = Promise.race([turn, aborted]).then(() => (signal.aborted ? undefined : work()));
    turn = turn.then(() => result);
    return result;
  };
  const first = world({ store, lock, channel: channels[0] });
  const heard: unknown[] = [];
  const api = first.server.api();
  const second = world(
    { store, lock, channel: channels[1], onChange: (change) => heard.push(change) },
    () => api,
  );
  first.engine.start();
  second.engine.start();
  await until(() => first.states.at(-1) === "up-to-date");
  expect(second.states).toEqual(["other-tab"]);
  await second.engine.edit({ op: "change", isbn: DUNE, set: { rating: 3 } });
  await until(() => first.server.shelf.book(DUNE)?.rating === 3);
  await until(() => heard.some((change) => JSON.stringify(change).includes("other-tab")));
  await first.engine.stop();
  await until(() => second.states.at(-1) === "up-to-date");
  await second.engine.stop();
});

/** Two channels that hear each other, as tabs of one origin do. */
function connectedChannels(): [TabChannel, TabChannel] {
  const listeners = [new Set<(event: { data: unknown }) => void>(), new Set()] as const;
  const channel = (own: number): TabChannel => ({
    postMessage: (message) => {
      for (const listener of listeners[1 - own] ?? []) {
        (listener as (event: { data: unknown }) => void)({ data: structuredClone(message) });
      }
    },
    addEventListener: (_type, listener) => void listeners[own]?.add(listener),
    removeEventListener: (_type, listener) => void listeners[own]?.delete(listener),
  });
  return [channel(0), channel(1)];
}
