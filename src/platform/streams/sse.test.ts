import { createParser, type EventSourceMessage } from "eventsource-parser";
import fc from "fast-check";
import { expect, it } from "vitest";
import { HEARTBEAT, retryLine, sseText } from "./sse.ts";

function read(text: string): EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(text);
  return events;
}

it("has an exact wire format", () => {
  const text = sseText({ id: 7, event: "progress", data: { title: "É\n\u2028😀" } });
  expect(text).toBe(
    'id: 7\nevent: progress\ndata: {"title":"\\u00c9\\n\\u2028\\ud83d\\ude00"}\n\n',
  );
  expect(sseText({ event: "snapshot", data: 1 })).toBe("event: snapshot\ndata: 1\n\n");
});

it("is ASCII and round-trips any data", () => {
  fc.assert(
    fc.property(fc.nat(), fc.jsonValue(), (id, data) => {
      const text = retryLine(3000) + HEARTBEAT + sseText({ id, event: "progress", data });
      expect(text).toMatch(/^[\n\u0020-\u007e]*$/);
      const [event, ...more] = read(text);
      expect(more).toEqual([]);
      expect(event).toMatchObject({ id: String(id), event: "progress" });
      expect(JSON.parse(event?.data ?? "")).toEqual(JSON.parse(JSON.stringify(data)));
    }),
  );
});

it("prevents a title from injecting a field", () => {
  const hostile = "x\n\nid: 99\nevent: completed\ndata: {}\r\n\r\n";
  expect(read(sseText({ id: 1, event: "progress", data: { hostile } }))).toMatchObject([
    { id: "1", event: "progress" },
  ]);
});
