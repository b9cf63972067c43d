import { describe, expect, it } from "vitest";
import { codesIn, isbn13Of, meantBy, wantedOf } from "./input.ts";

describe("the input box", () => {
  it.each([
    ["", "nothing"],
    ["  ", "nothing"],
    ["dune herbert", "words"],
    ["1984", "words"],
    ["2001: a space odyssey", "words"],
    ["9780441172719", "code"],
    ["978-0-441-17271-9", "code"],
    ["0-441-17271-7", "code"],
    ["ISBN 978 0 441 17271 9", "code"],
    ["9780441172710", "code"],
    ["https://openlibrary.org/isbn/9780441172719", "code"],
    ["9780441172719, 9780261102217", "list"],
    ["9780441172719 9780261102217", "list"],
    ["9780441172719\n0-441-17271-7", "list"],
    ["Dune, Frank Herbert", "words"],
  ])("takes %j as %s", (text, kind) => {
    expect(meantBy(text).kind).toBe(kind);
  });
});

it.each([
  ["Dune\nhttps://shop.example/Dune-Herbert/dp/0441172717?ref=share", "0441172717"],
  ["Read in 2024 9780441172719", "9780441172719"],
  ["Read this: ISBN 978-0-441-17271-9!", "9780441172719"],
  ["Dune by Frank Herbert\nhttps://shop.example/product/88213377001", "Dune by Frank Herbert"],
  ["https://openlibrary.org/works/OL893415W", "https://openlibrary.org/works/OL893415W"],
  ["  ", ""],
])("looks for what %j is about", (shared, wanted) => {
  expect(wantedOf(shared)).toBe(wanted);
});

it("reads each code of a list once, and none from a text with words", () => {
  expect(codesIn("9780441172719\n\n 9780441172719 \n978-0-261-10221-7;123456789012")).toEqual([
    "9780441172719",
    "978-0-261-10221-7",
    "123456789012",
  ]);
  expect(codesIn("9780441172719\nDune")).toEqual([]);
});

it("identifies a book by its ISBN-13", () => {
  expect(isbn13Of("0441172717")).toBe("9780441172719");
  expect(isbn13Of("080442957X")).toBe("9780804429573");
  expect(isbn13Of("9780441172719")).toBe("9780441172719");
});
