import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { present } from "../text/json-values.ts";
import { toFirstLine, toLine, toLines, toPageCount } from "./normalise.ts";

describe("toLine", () => {
  it.each<[unknown, string]>([
    ["  The Hobbit ", "The Hobbit"],
    ["The  Hobbit", "The  Hobbit"],
    ["Tom &amp; Jerry", "Tom &amp; Jerry"],
    ["a\r\nevent: x\n\nid: 9", "a event: x id: 9"],
    ["a\u2028b\u0085c", "a b c"],
    ["nul\u0000bell\u0007", "nulbell"],
    ["half \uDC00", "half \uFFFD"],
    ["whole 😀", "whole 😀"],
    [1984, "1984"],
    [{ value: "wrapped" }, "wrapped"],
    [{ name: "Orbit", url: "x" }, "Orbit"],
  ])("%j becomes %j", (value, line) => {
    expect(toLine(value)).toBe(line);
  });

  it.each([
    undefined,
    null,
    true,
    Number.NaN,
    "",
    " \t\n",
    "\u0000",
    "\u200B\uFEFF",
    [],
    ["x"],
    {},
    { value: null },
  ])("%j is not a line", (value) => {
    expect(toLine(value)).toBeUndefined();
  });

  it("cuts a line of absurd length between characters", () => {
    const line = toLine(`x${"😀".repeat(1_000)}`) ?? "";
    expect(line).toHaveLength(999);
    expect(line).not.toMatch(/\p{Cs}/u);
  });
});

describe("toLines", () => {
  it.each<[unknown, string[]]>([
    [
      ["A", " A ", "B", "", null, 3, { name: "C" }, ["D"]],
      ["A", "B", "3", "C"],
    ],
    ["King, Jr.", ["King, Jr."]],
    ["Fiction / Literary", ["Fiction / Literary"]],
    [{ name: "One" }, ["One"]],
    [undefined, []],
    [null, []],
  ])("%j becomes %j", (value, lines) => {
    expect(toLines(value)).toEqual(lines);
  });

  it("returns at most a hundred", () => {
    expect(toLines(Array.from({ length: 500 }, (_, index) => `tag ${String(index)}`))).toHaveLength(
      100,
    );
  });

  it("is idempotent", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { maxLength: 8 }), (values) => {
        const once = toLines(values);
        expect(toLines(once)).toEqual(once);
      }),
    );
  });
});

describe("toFirstLine", () => {
  it("is the first usable line", () => {
    expect(toFirstLine(["", null, "Puffin", "Penguin"])).toBe("Puffin");
    expect(toFirstLine("Puffin")).toBe("Puffin");
    expect(toFirstLine([])).toBeUndefined();
  });
});

describe("toPageCount", () => {
  it.each<[unknown, number]>([
    [320, 320],
    ["320", 320],
    ["320 p.", 320],
    ["0320", 320],
    [[320], 320],
  ])("%j is %d", (value, pages) => {
    expect(toPageCount(value)).toBe(pages);
  });

  it.each([
    undefined,
    null,
    0,
    "0",
    -5,
    3.5,
    "3.5",
    "1,024",
    Number.NaN,
    1e9,
    999_999,
    "xii, 320 p.",
    "many",
    {},
    true,
  ])("%j is not a page count", (value) => {
    expect(toPageCount(value)).toBeUndefined();
  });
});

describe("present", () => {
  it("drops undefined members and keeps empty ones", () => {
    expect(present({ a: undefined, b: "", c: 0, d: null })).toStrictEqual({ b: "", c: 0, d: null });
  });
});
