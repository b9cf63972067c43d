import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  hyphenate,
  isbn10CheckDigit,
  isbn13CheckDigit,
  parseIsbn,
  toIsbn10,
  toIsbn13,
} from "./isbn.ts";
import type { IsbnProblem } from "./isbn.ts";
import { runs } from "../../../../test/support/properties.ts";

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((list) => list.join(""));
const withCheckDigit = (twelve: string) => twelve + isbn13CheckDigit(twelve);
const isbn978 = digits(9).map((rest) => withCheckDigit(`978${rest}`));
const isbn979 = fc
  .tuple(fc.integer({ min: 1, max: 9 }), digits(8))
  .map(([group, rest]) => withCheckDigit(`979${String(group)}${rest}`));
const anyIsbn13 = fc.oneof(isbn978, isbn979);

function refusal(input: string) {
  const result = parseIsbn(input);
  if (result.ok) throw new Error(`${input} was read as ${result.isbn.isbn13}`);
  return result;
}

describe("parseIsbn accepts", () => {
  const SPELLINGS: [what: string, input: string, isbn13: string, isbn10?: string][] = [
    ["plain ISBN-13", "9780306406157", "9780306406157", "0306406152"],
    ["979, which has no ISBN-10", "9791034902392", "9791034902392"],
    ["plain ISBN-10", "0306406152", "9780306406157", "0306406152"],
    ["X", "080442957X", "9780804429573", "080442957X"],
    ["lower-case x", "0-8044-2957-x", "9780804429573", "080442957X"],
    ["hyphens", "978-0-306-40615-7", "9780306406157", "0306406152"],
    ["hyphens in the wrong places", "97-80306-40615-7", "9780306406157", "0306406152"],
    ["Unicode dashes", "978‐0‑306‒40615–7", "9780306406157", "0306406152"],
    ["em dash, minus, full-width hyphen", "978—0−306-40615-7", "9780306406157", "0306406152"],
    ["spaces around and between", "  978 0 306 40615 7\r\n", "9780306406157", "0306406152"],
    [
      "no-break, thin and ideographic spaces",
      "978\u00A00\u2009306\u202F40615\u30007",
      "9780306406157",
      "0306406152",
    ],
    ["dots", "978.0.306.40615.7", "9780306406157", "0306406152"],
    ["a label", "ISBN 0-306-40615-2", "9780306406157", "0306406152"],
    ["a label with the length", "ISBN-13: 978-0-306-40615-7", "9780306406157", "0306406152"],
    ["a lower-case label with the length", "isbn-10 0306406152", "9780306406157", "0306406152"],
    ["a label joined to its length", "ISBN13 9780306406157", "9780306406157", "0306406152"],
    [
      "a label before an ISBN-10 that starts with 10",
      "ISBN 1000000001",
      "9781000000009",
      "1000000001",
    ],
    ["a URN", "urn:isbn:9780306406157", "9780306406157", "0306406152"],
    ["a spreadsheet's formula", '="0306406152"', "9780306406157", "0306406152"],
    ["a formula whose quotes were doubled", '"=""0306406152"""', "9780306406157", "0306406152"],
    ["brackets", "[0306406152]", "9780306406157", "0306406152"],
    ["quotation marks", "“9780306406157”", "9780306406157", "0306406152"],
    ["a fraction of zero", "9780306406157.0", "9780306406157", "0306406152"],
    [
      "right-to-left and zero-width marks",
      "\u200F978\u200B0306\u2060406157\u202C\uFEFF",
      "9780306406157",
      "0306406152",
    ],
    ["full-width digits and label", "ISBN 9780306406157", "9780306406157", "0306406152"],
    ["a lost leading zero", "306406152", "9780306406157", "0306406152"],
    ["a British SBN with X", "8044-2957-X", "9780804429573", "080442957X"],
    ["a number in an unassigned range", "9786999999990", "9786999999990", "6999999996"],
    [
      "the thirteen digits of the very first number",
      "9780000000002",
      "9780000000002",
      "0000000000",
    ],
  ];

  it.each(SPELLINGS)("%s: %s", (_what, input, isbn13, isbn10) => {
    expect(parseIsbn(input)).toStrictEqual({
      ok: true,
      isbn: isbn10 === undefined ? { isbn13 } : { isbn13, isbn10 },
    });
  });
});

describe("parseIsbn refuses", () => {
  const REFUSALS: [input: string, problem: IsbnProblem, detail: string, suggestions: string[]][] = [
    ["", "empty", "The ISBN is empty", []],
    [" \u200B- ", "empty", "The ISBN is empty", []],
    ['=""', "empty", "The ISBN is empty", []],
    ["ISBN:", "empty", "The ISBN is empty", []],
    ["56", "too_short", "got 2", []],
    ["978030640615", "too_short", "got 12", ["9780306406157"]],
    ["780306406157", "too_short", "got 12", ["9780306406157"]],
    ["7-112341-1", "too_short", "got 8", []],
    ["306406157", "too_short", "got 9", ["9780306406157", "9783064061576"]],
    ["09780306406157", "too_long", "got 14", ["9780306406157"]],
    ["978030640615751995", "too_long", "got 18", ["9780306406157"]],
    ["03064061520", "too_long", "got 11", ["9780306406157"]],
    ["9".repeat(10_000), "too_long", "10000 characters", []],
    ["9780306406157 (hardback)", "bad_characters", '"H"', ["9780306406157"]],
    [
      "no. 10306406152, or 0-306-40615-2, 09780306406157",
      "bad_characters",
      '"N"',
      ["9780306406157"],
    ],
    ["O3O64O6I52", "bad_characters", '"O"', ["9780306406157"]],
    ["not an isbn", "bad_characters", '"N"', []],
    ["978030640615😀", "bad_characters", '"😀"', []],
    ["-9780306406157+", "bad_characters", '"+"', ["9780306406157"]],
    ["08X4429573", "misplaced_x", "tenth and last", []],
    ["978-080442957X", "misplaced_x", "tenth and last", ["9780804429573"]],
    ["0000000000", "all_zeros", "zeros only", []],
    ["0-00000-000-0", "all_zeros", "zeros only", []],
    ["0000000000000", "all_zeros", "zeros only", []],
    ["9.78031E+12", "rounded_number", "spreadsheet", []],
    ["9,78E+12", "rounded_number", "spreadsheet", []],
    ["B00ICN066A", "asin", "ASIN", []],
    ["4006381333931", "not_bookland", "got 400", []],
    ["9771234567003", "not_bookland", "ISSN", []],
    ["9790060115615", "not_bookland", "ISMN", []],
    ["9700000000000", "not_bookland", "got 970", []],
    ["9870306406157", "not_bookland", "got 987", ["9780306406157"]],
  ];

  it.each(REFUSALS)("%s as %s", (input, problem, detail, suggestions) => {
    const refused = refusal(input);
    expect(refused.problem).toBe(problem);
    expect(refused.detail).toContain(detail);
    expect(refused.suggestions).toStrictEqual(suggestions);
  });

  it("a wrong check digit, with the correct one in the detail", () => {
    expect(refusal("978-0-306-40615-8").detail).toContain("after 978030640615 must be 7; got 8");
    expect(refusal("0-306-40615-3").detail).toContain("after 030640615 must be 2; got 3");
  });
});

describe("parseIsbn suggests", () => {
  it.each([
    ["the number with the correct check digit", "9780306406158", "9780306406157"],
    ["two swapped digits restored", "9780306460157", "9780306406157"],
    ["a misread digit corrected", "9780806406157", "9780306406157"],
    ["two swapped digits of an ISBN-10 restored", "0306406512", "9780306406157"],
    ["the missing prefix 978", "3-641-11542-5", "9783641115425"],
    ["the missing prefix 979", "10-349-0239-2", "9791034902392"],
    ["the ISBN-10 after 978", "9780306406152", "9780306406157"],
    ["several lost leading zeros", "7136595", "9780007136599"],
  ])("%s", (_what, input, meant) => {
    expect(refusal(input).suggestions).toContain(meant);
  });

  it("the correct check digit before anything else", () => {
    expect(refusal("9780306406158").suggestions[0]).toBe("9780306406157");
  });
});

describe("properties", () => {
  it("ISBN-10 and ISBN-13 with 978 are two forms of one number", () => {
    fc.assert(
      fc.property(isbn978, (isbn13) => {
        const isbn10 = toIsbn10(isbn13) ?? "";
        expect(isbn10CheckDigit(isbn10)).toBe(isbn10.charAt(9));
        expect(toIsbn13(isbn10)).toBe(isbn13);
        fc.pre(isbn10 !== "0000000000");
        expect(parseIsbn(isbn10)).toStrictEqual(parseIsbn(isbn13));
      }),
    );
  });

  it("979 never has an ISBN-10", () => {
    fc.assert(
      fc.property(isbn979, (isbn13) => {
        expect(parseIsbn(isbn13)).toStrictEqual({ ok: true, isbn: { isbn13 } });
        expect(toIsbn10(isbn13)).toBeUndefined();
      }),
    );
  });

  it("a single wrong digit is rejected", () => {
    fc.assert(
      fc.property(anyIsbn13, fc.nat(12), fc.integer({ min: 1, max: 9 }), (isbn13, at, shift) => {
        const wrong = String((Number(isbn13.charAt(at)) + shift) % 10);
        expect(parseIsbn(isbn13.slice(0, at) + wrong + isbn13.slice(at + 1)).ok).toBe(false);
      }),
    );
  });

  it("if only the check digit is wrong, the true number is the first suggestion", () => {
    fc.assert(
      fc.property(anyIsbn13, fc.integer({ min: 1, max: 9 }), (isbn13, shift) => {
        const wrong = String((Number(isbn13.charAt(12)) + shift) % 10);
        expect(refusal(isbn13.slice(0, 12) + wrong).suggestions[0]).toBe(isbn13);
      }),
    );
  });

  it("no text throws; a refusal has an explanation and at most five valid, distinct suggestions", () => {
    const numberLike = fc.string({
      unit: fc.constantFrom(...Array.from('0123456789Xx-. ="ISBN:97')),
      maxLength: 24,
    });
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), numberLike, digits(10), digits(13)),
        (text) => {
          const result = parseIsbn(text);
          if (result.ok) return;
          expect(result.detail).toMatch(/\.$/);
          expect(result.suggestions.length).toBeLessThanOrEqual(5);
          expect(new Set(result.suggestions).size).toBe(result.suggestions.length);
          for (const suggestion of result.suggestions) {
            expect(parseIsbn(suggestion)).toMatchObject({ ok: true, isbn: { isbn13: suggestion } });
          }
        },
      ),
      { numRuns: runs(200) },
    );
  });

  it("hyphens do not change the number", () => {
    fc.assert(
      fc.property(anyIsbn13, (isbn13) => {
        expect(hyphenate(isbn13).replaceAll("-", "")).toBe(isbn13);
        expect(parseIsbn(hyphenate(isbn13))).toStrictEqual(parseIsbn(isbn13));
      }),
    );
  });
});

describe("hyphenate", () => {
  it.each([
    ["9780306406157", "978-0-306-40615-7"],
    ["9783161484100", "978-3-16-148410-0"],
    ["9791034902392", "979-10-349-0239-2"],
    ["9786999999990", "9786999999990"],
  ])("%s as %s", (isbn13, hyphenated) => {
    expect(hyphenate(isbn13)).toBe(hyphenated);
  });
});

describe("check digits", () => {
  it("require digits: other input is a broken invariant", () => {
    expect(() => isbn10CheckDigit("03064061")).toThrow("Character 9");
    expect(() => isbn13CheckDigit("97803064O615")).toThrow("Character 9");
  });
});
