import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { present } from "../text/json-values.ts";
import { toFirstLine, toLine, toLines } from "./normalise.ts";

describe("toLine", () => {
  it.each<[unknown, string]>([
    ["  The Hobbit ", "The Hobbit"],
    ["The  Hobbit", "The Hobbit"],
    ["The\u00A0Lord \u3000 of\u200B the\u2009Rings\uFEFF", "The Lord of the Rings"],
    ["Tom &amp; Jerry", "Tom & Jerry"],
    ["Tom &amp;amp; Jerry&#39;s &eacute;t&#xE9;", "Tom & Jerry's été"],
    ["AT&T &c. &lt3", "AT&T &c. &lt3"],
    ["The <i>Origin</i> of <b class=x>Species</b>", "The Origin of Species"],
    ["Les Mise\u0301rables", "Les Misérables"],
    ["Les Mis\u00C3\u00A9rables", "Les Misérables"],
    ["Mis\u00C3\u0192\u00C2\u00A9rables", "Misérables"],
    ["Erz\u00C3?\u00C2\u00A4hlungen", "Erzählungen"],
    ["L'\u00C3?\u00C2\u00A9t\u00C3?\u00C2\u00A9", "L'été"],
    ["Cl\u00C3 ssica", "Clàssica"],
    ["Angels &amp Insects", "Angels & Insects"],
    ["\u00E2\u20AC\u0153A\u00E2\u20AC", "“A”"],
    ["Hitchhiker\u00E2\u20AC\u2122s Guide \u00E2\u20AC\u201C I", "Hitchhiker’s Guide – I"],
    ["\u00D0\u2019\u00D0\u00BE\u00D0\u00B9\u00D0\u00BD\u00D0\u00B0", "Война"],
    ["«CAFÉ» – à côté, Ça", "«CAFÉ» – à côté, Ça"],
    ["\u06A9\u062A\u0627\u0628\u200C\u0647\u0627", "\u06A9\u062A\u0627\u0628\u200C\u0647\u0627"],
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

  it("truncates an overlong line between characters", () => {
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

describe("present", () => {
  it("drops undefined members and keeps empty ones", () => {
    expect(present({ a: undefined, b: "", c: 0, d: null })).toStrictEqual({ b: "", c: 0, d: null });
  });
});
