import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRecord } from "./csv.ts";
import { guardCell, unguardCell } from "./formula.ts";

const risky = fc
  .array(fc.constantFrom("'", "=", "+", "-", "@", "\t", "\r", "\n", "＝", "a", '"', ",", ""), {
    maxLength: 6,
  })
  .map((parts) => parts.join(""));

describe("guardCell", () => {
  it("leaves no cell that starts a formula, and is reversible", () => {
    fc.assert(
      fc.property(fc.oneof(risky, fc.string()), (cell) => {
        const guarded = guardCell(cell);
        expect(guarded).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
        expect(unguardCell(guarded)).toBe(cell);
      }),
    );
  });

  it.each([
    ["=HYPERLINK(1)", "'=HYPERLINK(1)"],
    ["-5", "'-5"],
    ["'=1", "''=1"],
    ["'Salem's Lot", "'Salem's Lot"],
    ["", ""],
  ])("writes %j as %j", (cell, guarded) => {
    expect(guardCell(cell)).toBe(guarded);
  });
});

describe("csvRecord", () => {
  it("quotes cells that require it (RFC 4180)", () => {
    expect(csvRecord(["a", 'b "c"', "d,e", "f\ng", "", "=1"])).toBe(
      `a,"b ""c""","d,e","f\ng",,'=1\r\n`,
    );
  });
});
