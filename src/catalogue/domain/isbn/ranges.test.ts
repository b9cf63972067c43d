import fc from "fast-check";
import isbn3 from "isbn3";
import { expect, it } from "vitest";
import { runs } from "../../../../test/support/properties.ts";
import { isbn13CheckDigit } from "./arithmetic.ts";
import { hyphenate, isInAssignedRange } from "./ranges.ts";

const isbns = fc
  .tuple(fc.constantFrom("978", "979"), fc.integer({ min: 0, max: 999_999_999 }))
  .map(([prefix, body]) => prefix + String(body).padStart(9, "0"))
  .map((twelve) => twelve + isbn13CheckDigit(twelve));

it("knows the assigned ranges of the table", () => {
  fc.assert(
    fc.property(isbns, (isbn13) => {
      expect(isInAssignedRange(isbn13)).toBe(isbn3.parse(isbn13) !== null);
    }),
    { numRuns: runs(2000) },
  );
});

it.each([
  ["9780306406157", true, "978-0-306-40615-7"],
  ["9786500000009", true, "978-65-00-00000-9"],
  ["9790000000001", false, "9790000000001"],
])("%s", (isbn13, isAssigned, written) => {
  expect(isInAssignedRange(isbn13)).toBe(isAssigned);
  expect(hyphenate(isbn13)).toBe(written);
});
