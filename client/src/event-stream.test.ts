import fc from "fast-check";
import { expect, test } from "vitest";
import { ConnectionError } from "./errors.ts";
import { readEvents } from "./event-stream.ts";

const TEXT =
  'retry: 3000\n\nevent: snapshot\ndata: {"a":1}\n\n: heartbeat\n\nid: 1\nevent: progress\ndata: {"t":"Émile"}\n\nid: 2\r\nevent: completed\r\ndata: x\r\n\r\n';
const EVENTS = [
  { event: "snapshot", data: '{"a":1}' },
  { id: "1", event: "progress", data: '{"t":"Émile"}' },
  { id: "2", event: "completed", data: "x" },
];

function responseOf(chunks: Iterable<Uint8Array>): Response {
  return new Response(ReadableStream.from(chunks));
}

test("events are complete however the bytes are split", async () => {
  const bytes = new TextEncoder().encode(TEXT);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), async (size) => {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.slice(index * size, (index + 1) * size),
      );
      expect(await Array.fromAsync(readEvents(responseOf(chunks), {}))).toEqual(EVENTS);
    }),
  );
});

test("a stream that stalls is a broken connection and is cancelled", async () => {
  let isCancelled = false;
  const half = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode("event: a\ndata: 1\n\n")),
    cancel: () => {
      isCancelled = true;
    },
  });
  const events = readEvents(new Response(half), { silenceMs: 20 });
  expect((await events.next()).value).toEqual({ event: "a", data: "1" });
  await expect(events.next()).rejects.toBeInstanceOf(ConnectionError);
  expect(isCancelled).toBe(true);
});

test("a stream that breaks fails with a connection error", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new TypeError("terminated")),
  });
  await expect(readEvents(new Response(broken), {}).next()).rejects.toThrow("was interrupted");
});

test("an abort ends reading with its reason", async () => {
  const abort = new AbortController();
  const events = readEvents(new Response(new ReadableStream()), { signal: abort.signal });
  const next = events.next();
  abort.abort(new Error("enough"));
  await expect(next).rejects.toThrow("enough");
});

test("an abort between two events ends reading without an unhandled rejection", async () => {
  const abort = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode("event: a\ndata: 1\n\n"));
      // The body of a fetch response behaves the same way.
      abort.signal.addEventListener("abort", () => controller.error(abort.signal.reason));
    },
  });
  const rejections: unknown[] = [];
  const record = (reason: unknown): void => void rejections.push(reason);
  process.on("unhandledRejection", record);
  const events = readEvents(new Response(body), { signal: abort.signal });
  expect((await events.next()).value).toEqual({ event: "a", data: "1" });
  abort.abort(new Error("enough"));
  await expect(events.next()).rejects.toThrow("enough");
  await new Promise((done) => setImmediate(done));
  process.off("unhandledRejection", record);
  expect(rejections).toEqual([]);
});
