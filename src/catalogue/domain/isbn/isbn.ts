import {
  hasBookPrefix,
  isValidIsbn10,
  isValidIsbn13,
  isbn10CheckDigit,
  isbn13CheckDigit,
  toIsbn10,
  toIsbn13,
} from "./arithmetic.ts";
import { compactOf, MAX_INPUT_LENGTH } from "./text.ts";
import { suggestForDigits, suggestForText } from "./suggestions.ts";

export { isbn10CheckDigit, isbn13CheckDigit, toIsbn10, toIsbn13 } from "./arithmetic.ts";
export { hyphenate } from "./ranges.ts";

/** An ISBN as plain digits. `isbn10` may end in an upper-case `X`; it is absent for 979, which has no ISBN-10. */
export type ParsedIsbn = { isbn13: string; isbn10?: string };

/**
 * Why a text is not an ISBN. `rounded_number` is an ISBN mangled by a spreadsheet (`9.78E+12`): its digits are lost.
 * `ambiguous`: the text has the ISBNs of several books.
 */
export type IsbnProblem =
  | "empty"
  | "too_short"
  | "too_long"
  | "bad_characters"
  | "misplaced_x"
  | "bad_check_digit"
  | "not_bookland"
  | "all_zeros"
  | "rounded_number"
  | "asin"
  | "ambiguous";

/**
 * An ISBN, or why the text is not one: `detail` tells the user what is wrong and how to correct it;
 * `suggestions` are at most five valid ISBN-13s that may have been meant, most likely first,
 * computed on first access.
 */
export type IsbnResult =
  | { ok: true; isbn: ParsedIsbn }
  | { ok: false; problem: IsbnProblem; detail: string; readonly suggestions: string[] };

type Refusal = Extract<IsbnResult, { ok: false }>;

const ROUNDED_NUMBER = /^\d[\d,]*E\+?\d+$/;
const DIGITS_ONLY = /^\d+$/;
const ZEROS_ONLY = /^0+$/;
const ASIN = /^B0[0-9A-Z]{7,8}$/;

function accept(isbn13: string): IsbnResult {
  const isbn10 = toIsbn10(isbn13);
  return { ok: true, isbn: isbn10 === undefined ? { isbn13 } : { isbn13, isbn10 } };
}

/**
 * A refusal. Suggestions are computed lazily: they take longer than all the rest, and for the many
 * wrong numbers in files they are not read.
 */
function refuse(problem: IsbnProblem, detail: string, suggest: () => string[] = () => []): Refusal {
  let found: string[] | undefined;
  return {
    ok: false,
    problem,
    detail,
    get suggestions() {
      found ??= suggest();
      return found;
    },
  };
}

/** Refuses a text with the numbers of several books. `misread`: one of them is invalid. */
export function ambiguous(isbn13s: readonly string[], misread?: string): IsbnResult {
  const named = [...isbn13s, ...(misread === undefined ? [] : [misread])].join(" and ");
  return refuse(
    "ambiguous",
    `The text has the numbers of different books (${named}); send the ISBN of one of them.`,
    () => isbn13s.slice(0, 5),
  );
}

function refuseText(compact: string): Refusal | undefined {
  if (compact === "")
    return refuse(
      "empty",
      "The ISBN is empty; enter the 10 or 13 digits printed next to the barcode.",
    );
  if (ROUNDED_NUMBER.test(compact)) {
    return refuse(
      "rounded_number",
      "A spreadsheet has rounded this number and its digits are lost; format the ISBN column as text and copy it again.",
    );
  }
  if (ASIN.test(compact)) {
    return refuse(
      "asin",
      "This is a shop's article number (ASIN), not an ISBN; use the ISBN printed in the book.",
    );
  }
  const [foreign] = /[^0-9X]/u.exec(compact) ?? [];
  if (foreign !== undefined) {
    return refuse(
      "bad_characters",
      `${JSON.stringify(foreign)} is not allowed in an ISBN, which has digits only, except that an ISBN-10 may end in X.`,
      () => suggestForText(compact),
    );
  }
  if (ZEROS_ONLY.test(compact)) return refuse("all_zeros", "An ISBN cannot consist of zeros only.");
  return undefined;
}

function refuseLength(compact: string): Refusal {
  const count = compact.length;
  // Eleven digits are closer to an ISBN-10, twelve to an ISBN-13.
  const problem = count < 10 || count === 12 ? "too_short" : "too_long";
  return refuse(problem, `An ISBN must have 10 or 13 digits; got ${String(count)}.`, () =>
    suggestForDigits(compact),
  );
}

function refusePrefix(ean13: string): Refusal {
  const suggestions = (): string[] => suggestForDigits(ean13);
  if (ean13.startsWith("9790")) {
    return refuse(
      "not_bookland",
      "A number that starts with 979-0 is printed music (ISMN), not a book.",
      suggestions,
    );
  }
  if (ean13.startsWith("977")) {
    return refuse(
      "not_bookland",
      "A number that starts with 977 is a periodical (ISSN), not a book.",
      suggestions,
    );
  }
  const prefix = ean13.slice(0, 3);
  return refuse(
    "not_bookland",
    `An ISBN-13 must start with 978 or 979; got ${prefix}.`,
    suggestions,
  );
}

function refuseCheckDigit(compact: string): Refusal {
  const due = compact.length === 10 ? isbn10CheckDigit(compact) : isbn13CheckDigit(compact);
  const given = compact.slice(-1);
  return refuse(
    "bad_check_digit",
    `The check digit after ${compact.slice(0, -1)} must be ${due}; got ${given}, so at least one digit is wrong.`,
    () => suggestForDigits(compact),
  );
}

function refuseMisplacedX(compact: string): Refusal | undefined {
  const place = compact.indexOf("X");
  if (place === -1 || (place === compact.length - 1 && compact.length !== 13)) return undefined;
  return refuse(
    "misplaced_x",
    "X is only allowed as the tenth and last character of an ISBN-10; an ISBN-13 has digits only.",
    () => suggestForDigits(compact),
  );
}

/**
 * Parses an ISBN in any common spelling: ISBN-10 or ISBN-13; hyphens of any kind, spaces, dots,
 * invisible marks; a label (`ISBN-13:`, `urn:isbn:`); a spreadsheet's `="..."`; full-width digits.
 * Nine digits that are valid with a leading zero are accepted: a British SBN, or an ISBN-10 whose
 * zero was dropped by a spreadsheet. Valid means that the check digit is correct and that the
 * number is for a book (978, or 979 without 979-0).
 */
export function parseIsbn(input: string): IsbnResult {
  // Fast path for nearly every call: thirteen clean digits need no text processing.
  if (isValidIsbn13(input)) return accept(input);
  if (input.length > MAX_INPUT_LENGTH) {
    return refuse(
      "too_long",
      `An ISBN must have 10 or 13 digits; got ${String(input.length)} characters.`,
    );
  }
  if (DIGITS_ONLY.test(input) && !ZEROS_ONLY.test(input)) return readCompact(input);
  const compact = compactOf(input);
  return refuseText(compact) ?? refuseMisplacedX(compact) ?? readCompact(compact);
}

/** @param compact digits, and perhaps an X at the end */
function readCompact(compact: string): IsbnResult {
  if (compact.length === 13) {
    if (isValidIsbn13(compact)) return accept(compact);
    return hasBookPrefix(compact) ? refuseCheckDigit(compact) : refusePrefix(compact);
  }
  const isbn10 = compact.length === 9 ? `0${compact}` : compact;
  if (isValidIsbn10(isbn10)) return accept(toIsbn13(isbn10));
  return compact.length === 10 ? refuseCheckDigit(compact) : refuseLength(compact);
}
