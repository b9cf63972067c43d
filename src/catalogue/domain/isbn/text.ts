import { withPlainDigits } from "./digits.ts";

/** In characters. The longest spelling in use has about 40, with label, wrapping and marks. */
export const MAX_INPUT_LENGTH = 100;

/**
 * Spaces; invisible marks (format characters: direction, zero width, soft hyphen); dashes, including the minus signs
 * and the Japanese length mark typed in their place; dots; quotation marks; brackets, which LibraryThing puts around an
 * ISBN.
 */
const SEPARATORS = /[\s\p{Cf}\p{Pd}\u2212\u02D7\u30FC.\u00B7\p{Pi}\p{Pf}"'`\u201E\u201A[\]()]/gu;
const LABEL = /^=?(?:URN:)?(?:E?ISBN|SBN)[:=#]?(?:1[03]:)?/;
/** `ISBN-13 978...`: a 10 or 13 after a label belongs to the label if the rest would otherwise be too long. */
const UNMARKED_LENGTH_LABEL = /^1[03](?=.{9})/;
/** The start and stop characters of Code 39. */
const CODE_39 = /^\s*\*([^*]+)\*\s*$/;
/** A number in scientific notation with all of its digits: `9.780441172719E+12`. */
const ALL_DIGITS = /^\s*=?"?(9)[.,](7\d{11})E\+?12"?\s*$/i;
/** A number exported as a fraction. There are enough digits before the point that the zero cannot be a check digit. */
const FRACTION = /^\s*(\d{10}|\d{13})\.0\s*$/;

/**
 * A spelling in upper case without label, wrapping and separators: for an ISBN, its digits and `X`. Digits of other
 * scripts become plain digits.
 */
export function compactOf(input: string): string {
  const folded = withPlainDigits(input)
    .replace(CODE_39, "$1")
    .replace(FRACTION, "$1")
    .replace(ALL_DIGITS, "$1$2")
    .replace(SEPARATORS, "")
    .toUpperCase();
  const unlabelled = folded.replace(LABEL, "");
  if (unlabelled === folded) return folded.replace(/^=/, "");
  return unlabelled.length === 10 || unlabelled.length === 13
    ? unlabelled
    : unlabelled.replace(UNMARKED_LENGTH_LABEL, "");
}
