import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { csvRecord } from "./csv.ts";
import { guardCell, guardUnlessNumber, unguardCell } from "./formula.ts";

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

  it("allows numbers that Goodreads writes as text, but no other formula", () => {
    expect(['="0441172717"', '=""', '="978-0-441-17271-9"'].map(guardUnlessNumber)).toEqual([
      '="0441172717"',
      '=""',
      '="978-0-441-17271-9"',
    ]);
    for (const cell of ['="a"&cmd', '="1"+A1', '="=1"', "=1", '\'="1"', '="1" ']) {
      expect(guardUnlessNumber(cell)).toBe(`'${cell}`);
    }
    fc.assert(
      fc.property(fc.oneof(risky, fc.stringMatching(/^'?="[\dX"=]{0,5}"$/)), (cell) => {
        expect(unguardCell(guardUnlessNumber(cell))).toBe(cell);
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
