import { describe, expect, it, test } from "vitest";
import { logSettings, terminalLines } from "../../scripts/local/console-lines.ts";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const TIME = "2026-01-02T03:04:05.678Z";
const LOOKUP = `e = rust/worker/ffi.rs:110: failed: failed to lookup address information: Name or service not known
stack: /home/me/node_modules/workerd@26b6840 /home/me/node_modules/workerd@3739630; sentryErrorContext = jsgInternalError; wdErrId = e0t4`;
const REQUEST =
  '{"level":"info","event":"request","method":"GET","route":"/v1/search/isbn","status":200,"detail":"two words","none":null}';

const pretty = terminalLines({ format: "pretty", level: "info" });
const json = terminalLines({ format: "json", level: "info" });
const log = (message: string, level = "info", timestamp = AT) => ({ timestamp, level, message });

describe("a line of the Worker", () => {
  it("is readable with its time", () => {
    expect(pretty(log(REQUEST))).toBe(
      `${TIME} info  request method=GET route=/v1/search/isbn status=200 detail="two words" none=null`,
    );
  });

  it("is one JSON object with its time", () => {
    const line = json(log(REQUEST)) ?? "";
    expect(JSON.parse(line)).toEqual({ time: TIME, ...(JSON.parse(REQUEST) as object) });
    expect(line).not.toContain("\n");
  });

  it("shows the stack of an error below", () => {
    const error = {
      name: "Error",
      message: "no such shelf",
      stack: "Error: no such shelf\n    at a",
    };
    const message = JSON.stringify({ level: "error", event: "failed", error, task: "x" });
    expect(pretty(log(message))).toBe(
      `${TIME} error failed task=x\n  error: Error: no such shelf\n    at a`,
    );
  });
});

describe("another text", () => {
  const STACK = "Error: no such shelf\n    at answer (worker.js:1:2)";

  it("is kept with the level of its call", () => {
    expect(pretty(log(STACK, "error"))).toBe(`${TIME} error ${STACK}`);
    expect(JSON.parse(json(log(STACK, "error")) ?? "")).toEqual({
      time: TIME,
      level: "error",
      message: STACK,
    });
    expect(pretty(log("{not JSON"))).toBe(`${TIME} info  {not JSON`);
    expect(pretty(log('{"without":"an event"}'))).toBe(`${TIME} info  {"without":"an event"}`);
  });
});

test("reduces a runtime error with a stack to one line, and repeats it after a minute", () => {
  const line = terminalLines({ format: "pretty", level: "error" });
  const text =
    "error A server cannot be reached: failed to lookup address information: Name or service not known";
  expect(line(log(LOOKUP))).toBe(`${TIME} ${text}`);
  expect(line(log(LOOKUP, "info", AT + 59_999))).toBeUndefined();
  expect(line(log(LOOKUP, "info", AT + 60_000))).toBe(`2026-01-02T03:05:05.678Z ${text}`);
});

test("labels a runtime error that is not about a connection", () => {
  const message = "e = workerd/io/actor.c++:12: disconnected: broken\nstack: a b; wdErrId = x";
  expect(pretty(log(message))).toBe(`${TIME} error Runtime error: broken`);
});

test("LOG_LEVEL=error prints only errors and warnings", () => {
  const line = terminalLines({ format: "json", level: "error" });
  expect(line(log(REQUEST))).toBeUndefined();
  expect(line(log("a note", "log"))).toBeUndefined();
  expect(line(log("a warning", "warn"))).toContain("a warning");
  expect(line(log('{"level":"error","event":"failed"}'))).toContain("failed");
});

test("LOG_FORMAT and LOG_LEVEL have defaults, and refuse unknown values", () => {
  expect(logSettings({}, true)).toEqual({ format: "pretty", level: "info" });
  expect(logSettings({}, false)).toEqual({ format: "json", level: "info" });
  expect(logSettings({ LOG_FORMAT: "json", LOG_LEVEL: "error" }, true)).toEqual({
    format: "json",
    level: "error",
  });
  expect(() => logSettings({ LOG_FORMAT: "xml" }, true)).toThrow(
    'LOG_FORMAT must be pretty or json; got "xml".',
  );
  expect(() => logSettings({ LOG_LEVEL: "debug" }, true)).toThrow(
    'LOG_LEVEL must be info or error; got "debug".',
  );
});
