import { expect, test } from "vitest";
import { terminalLines } from "../../scripts/local/console-lines.ts";

const AT = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
const LOOKUP = `e = rust/worker/ffi.rs:110: failed: failed to lookup address information: Name or service not known
stack: /home/me/node_modules/workerd@26b6840 /home/me/node_modules/workerd@3739630; sentryErrorContext = jsgInternalError; wdErrId = e0t4`;

test("prints a line of the Worker unchanged, after its time", () => {
  const line = terminalLines();
  expect(line({ timestamp: AT, message: '{"level":"info","event":"request"}' })).toBe(
    '2026-01-02T03:04:05.678Z {"level":"info","event":"request"}',
  );
});

test("reduces a runtime error with a stack to one line, and repeats it after a minute", () => {
  const line = terminalLines();
  const text =
    "A server cannot be reached: failed to lookup address information: Name or service not known";
  expect(line({ timestamp: AT, message: LOOKUP })).toBe(`2026-01-02T03:04:05.678Z ${text}`);
  expect(line({ timestamp: AT + 59_999, message: LOOKUP })).toBeUndefined();
  expect(line({ timestamp: AT + 60_000, message: LOOKUP })).toBe(
    `2026-01-02T03:05:05.678Z ${text}`,
  );
});

test("labels a runtime error that is not about a connection", () => {
  const message = "e = workerd/io/actor.c++:12: disconnected: broken\nstack: a b; wdErrId = x";
  expect(terminalLines()({ timestamp: AT, message })).toBe(
    "2026-01-02T03:04:05.678Z Runtime error: broken",
  );
});

test("keeps a stack that the Worker itself logs", () => {
  const message = "Error: no such shelf\n    at answer (worker.js:1:2)";
  expect(terminalLines()({ timestamp: AT, message })).toBe(`2026-01-02T03:04:05.678Z ${message}`);
});
