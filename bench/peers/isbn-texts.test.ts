import { expect, it } from "vitest";
import { isValidIsbn13 } from "../../src/catalogue/domain/isbn/arithmetic.ts";
import { isbnTexts, WRITINGS } from "./isbn-texts.ts";

it.each(Object.entries(WRITINGS))(
  "writes %s for every book that has them",
  (writing, { isValid }) => {
    const texts = isbnTexts(writing, 200);
    // A number that starts with 979 has no ISBN-10.
    const shorter = isbnTexts("13 digits", 200).filter(({ text }) => text.startsWith("978"));
    expect(texts).toHaveLength(writing === "10 digits" ? shorter.length : 200);
    expect(texts.map(({ isbn13 }) => isbn13 !== undefined)).toEqual(texts.map(() => isValid));
    expect(texts.filter(({ text }) => !isValid && isValidIsbn13(text))).toEqual([]);
  },
);
