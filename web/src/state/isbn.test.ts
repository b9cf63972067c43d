import { expect, it } from "vitest";
import { isbnIn, looksScanned } from "./isbn.ts";

it("reads ISBNs as typed by users and scanners, and refuses wrong check digits", () => {
  expect(
    ["978-0-441-17271-9", " 9780441172719\n", "0-441-17271-7", "080442957x"].map(isbnIn),
  ).toEqual(["9780441172719", "9780441172719", "0441172717", "080442957X"]);
  expect(["9780441172718", "0441172718", "5901234123457", "dune", ""].map(isbnIn)).toEqual(
    Array(5).fill(undefined),
  );
});

it("distinguishes scanner input from words", () => {
  expect(["9780441172718", "978044117271951299", "dune 1984", "1984"].map(looksScanned)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
