import { hyphenate, isbn13CheckDigit, toIsbn10 } from "../../src/catalogue/domain/isbn/isbn.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";

/** A text and its ISBN-13; undefined if the text is not an ISBN. */
export interface IsbnText {
  readonly text: string;
  readonly isbn13?: string;
}

/**
 * How people, files and scanners write ISBNs: converts a valid ISBN-13 to a text, and whether the
 * text still means that book.
 */
export const WRITINGS: Readonly<
  Record<string, { readonly of: (isbn13: string) => string | undefined; readonly isValid: boolean }>
> = {
  "13 digits": { of: (isbn13) => isbn13, isValid: true },
  "10 digits": { of: toIsbn10, isValid: true },
  hyphens: { of: (isbn13) => hyphenate(isbn13), isValid: true },
  spaces: { of: (isbn13) => hyphenate(isbn13)?.replaceAll("-", " "), isValid: true },
  "typographic dashes": { of: (isbn13) => hyphenate(isbn13)?.replaceAll("-", "–"), isValid: true },
  "a label": { of: (isbn13) => `ISBN-13: ${isbn13}`, isValid: true },
  "a spreadsheet's cell": { of: (isbn13) => `="${isbn13}"`, isValid: true },
  "a wrong check digit": {
    of: (isbn13) => isbn13.slice(0, 12) + String((Number(isbn13.at(-1)) + 1) % 10),
    isValid: false,
  },
  "a wrong digit": {
    of: (isbn13) => isbn13.slice(0, 8) + String((Number(isbn13[8]) + 1) % 10) + isbn13.slice(9),
    isValid: false,
  },
  "another article (EAN-13)": {
    of: (isbn13) => withCheckDigit(`400${isbn13.slice(3, 12)}`),
    isValid: false,
  },
  "printed music (979-0)": {
    of: (isbn13) => withCheckDigit(`9790${isbn13.slice(4, 12)}`),
    isValid: false,
  },
};

/** Texts in one notation, from generated books. */
export function isbnTexts(writing: string, count: number): IsbnText[] {
  const { of, isValid } = WRITINGS[writing] ?? { of: () => undefined, isValid: false };
  return generatedBooks(count, 3).flatMap(({ isbn13 }) => {
    const text = of(isbn13);
    return text === undefined ? [] : [isValid ? { text, isbn13 } : { text }];
  });
}

const withCheckDigit = (twelve: string): string => twelve + isbn13CheckDigit(twelve);
