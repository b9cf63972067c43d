import { expect, test } from "vitest";
import { cut, table, terminalOf } from "./terminal.ts";

test("columns are aligned for combined and wide characters", () => {
  expect(
    table([
      ["Dune", "1"],
      ["E\u0301mile", "2"],
      ["三体", "3"],
      ["📚📚", "4"],
      ["\u001B[32mnew\u001B[0m", "5"],
    ]),
  ).toBe("Dune   1\nE\u0301mile  2\n三体   3\n📚📚   4\n\u001B[32mnew\u001B[0m    5\n");
});

test("a text is truncated to columns, never within a character", () => {
  expect(cut("Dune", 4)).toBe("Dune");
  expect(cut("Dunes", 4)).toBe("Dun…");
  expect(cut("三体三", 5)).toBe("三体…");
  expect(cut("三体三", 6)).toBe("三体三");
  expect(cut("E\u0301mile", 3)).toBe("E\u0301m…");
});

test("the width follows the window, and is 80 if unknown", () => {
  const stream = { write: () => true, isTTY: true, columns: 40 };
  const terminal = terminalOf(stream, stream, {});
  stream.columns = 30;
  expect([terminal.columns, terminal.outColumns]).toEqual([30, 30]);
  stream.columns = 0;
  expect([terminal.columns, terminal.outColumns]).toEqual([80, 80]);
  const file = { write: () => true };
  expect(terminalOf(file, file, {}).outColumns).toBeUndefined();
});
