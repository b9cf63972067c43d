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

function answerOf(chunks: Iterable<Uint8Array>): Response {
  return new Response(ReadableStream.from(chunks));
}

test("events come whole however the bytes are cut", async () => {
  const bytes = new TextEncoder().encode(TEXT);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: bytes.length }), async (size) => {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.slice(index * size, (index + 1) * size),
      );
      expect(await Array.fromAsync(readEvents(answerOf(chunks), {}))).toEqual(EVENTS);
    }),
  );
});

test("a stream that falls silent is a broken connection, and is let go", async () => {
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

test("a stream that breaks says so", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.error(new TypeError("terminated")),
  });
  await expect(readEvents(new Response(broken), {}).next()).rejects.toThrow("broke off");
});

test("an abort ends the reading with its own reason", async () => {
  const abort = new AbortController();
  const events = readEvents(new Response(new ReadableStream()), { signal: abort.signal });
  const next = events.next();
  abort.abort(new Error("enough"));
  await expect(next).rejects.toThrow("enough");
});

test("an abort between two events ends the reading, and leaves no rejection behind", async () => {
  const abort = new AbortController();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(new TextEncoder().encode("event: a\ndata: 1\n\n"));
      // As the body of a fetch does.
      abort.signal.addEventListener("abort", () => controller.error(abort.signal.reason));
    },
  });
  const rejections: unknown[] = [];
  const note = (reason: unknown): void => void rejections.push(reason);
  process.on("unhandledRejection", note);
  const events = readEvents(new Response(body), { signal: abort.signal });
  expect((await events.next()).value).toEqual({ event: "a", data: "1" });
  abort.abort(new Error("enough"));
  await expect(events.next()).rejects.toThrow("enough");
  await new Promise((done) => setImmediate(done));
  process.off("unhandledRejection", note);
  expect(rejections).toEqual([]);
});
