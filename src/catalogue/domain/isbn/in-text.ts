import { isValidIsbn10, isValidIsbn13, toIsbn13 } from "./arithmetic.ts";
import { withPlainDigits } from "./digits.ts";
import { ambiguous, type IsbnResult, parseIsbn } from "./isbn.ts";

/** A longer text is a page rather than a label or a URL. */
const MAX_TEXT_LENGTH = 2_000;

/** One mark or space inside a printed ISBN. */
const MARK = "[\\s\\p{Pd}\\u2212\\u00B7._]?\\p{Cf}*";
/**
 * An ISBN-13 with or without marks, also as a GTIN-14 with a leading zero, or with its first digit apart, as below a
 * barcode.
 */
const ISBN_13 = new RegExp(`(?<!\\d)0?(9(?: ?7[89])(?:${MARK}\\d){10})(?!\\d)`, "gu");
/** The two rows of a Japanese book without a space between them: the lower one starts with 191 or 192. */
const JAPANESE_ROWS =
  /(?<!\d)(97[89]\d{10})(?=19[12]\d{10}(?!\d))|(?<=(?<!\d)19[12]\d{10})(97[89]\d{10})(?!\d)/g;
/** An ISBN-10 without marks, or with three equal ones that leave the check digit alone: `0-441-17271-7`, `ISBN4-10-100101-4`. */
const ISBN_10 =
  /(?<!\d|[A-Z](?<!SBN))(?:(\d{9}[\dX])|(\d{1,5}([\s\p{Pd}\u2212.])\d{1,7}\3\d{1,6}\3[\dX]))(?![\dA-Z])/gu;
/** Words before ten digits that are a different kind of number. */
const OTHER_NUMBER =
  /(?:TEL|PHONE|FAX|CALL|ORDER|ITEM|SKU|QID|REF|INVOICE|CUSTOMER|ACCOUNT|LCCN|OCLC|ASIN|ISSN|DEWEY|REFERENCE|BESTELLNR|ARTIKELNR)[\s#:.=-]*(?:NO|NR|NUMBER|ID)?[\s#:.=-]*$/;

const ADDRESS =
  /(?:HTTPS?:\/\/|WWW\.|\b[A-Z0-9-]+\.(?:COM|ORG|NET|DE|FR|JP|CO\.UK|IT|ES|NL)\/)\S*/g;
/** A DOI made of an ISBN (ISBN-A): `10.978.8889637/418`. */
const ISBN_A = /(?<![\d.])10\.(97[89])\.(\d{2,9})\/(\d{1,8})(?!\d)/g;
/** The places in a URL where a book's number may be. Other numbers in it are other ids. */
const PARAMETER =
  /[?&;#](?:[A-Z_-]*(?:ISBN|EAN|GTIN|BARCODE|SEARCH|QUERY|TERM)[A-Z0-9_-]*|Q|S|K|KEYWORDS?|TEXT|BIBKEYS|VID|FIELD-KEYWORDS)=([^&#]*)/g;
const SEGMENT =
  /(?<=\/(?:DP|GP\/PRODUCT|PRODUCT|ASIN|O\/ASIN|ISBN|ISBN13|ISBN10|EAN|GTIN|BOOKS?|TITLE|WORK|B\/ISBN|PRODUCTS?|DETAIL|BUCH|LIVRE|LIBRO)[/:=-])([^/?#]*)/g;

function isbn13s(text: string): string[] {
  const found = [...text.matchAll(ISBN_13), ...text.matchAll(JAPANESE_ROWS)].map(([, one, other]) =>
    (one ?? other ?? "").replace(/\D/g, ""),
  );
  const parts = Array.from(text.matchAll(ISBN_A), (match) => match.slice(1).join(""));
  return [...found, ...parts];
}

function isbn10s(text: string): string[] {
  return Array.from(text.matchAll(ISBN_10), ({ 0: found, index }) =>
    OTHER_NUMBER.test(text.slice(Math.max(0, index - 40), index))
      ? ""
      : found.replace(/[^\dX]/g, ""),
  );
}

/**
 * The parts of a URL that may contain a book's number. An ISBN-13 is recognised anywhere by its
 * prefix.
 */
function inAddress(address: string): string[] {
  const text = decodeAddress(address);
  const path = text.replace(/[?#].*$/, "");
  const places = [...text.matchAll(PARAMETER), ...text.matchAll(SEGMENT)].map(
    ([, part = ""]) => part,
  );
  const tens = places.flatMap((part) => isbn10s(part.replace(/ISBN:?/g, " ")));
  const thirteens = [path, ...places].flatMap((part) => isbn13s(part.replaceAll("+", " ")));
  return [...thirteens, ...tens];
}

function decodeAddress(address: string): string {
  return address.replace(/%([0-7][0-9A-F])/g, (_, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );
}

/** The numbers in the text that look like ISBNs, valid or not. */
function candidatesIn(input: string): string[] {
  const text = withPlainDigits(input).toUpperCase();
  const addresses = text.match(ADDRESS) ?? [];
  const rest = text.replace(ADDRESS, " ");
  return [
    ...addresses.flatMap(inAddress),
    ...isbn13s(rest),
    ...isbn10s(rest.replace(ISBN_13, " ").replace(JAPANESE_ROWS, " ")),
  ];
}

const bodyOf = (candidate: string): string =>
  candidate.length === 13 ? candidate.slice(3, 12) : candidate.slice(0, 9);

/** The distinct valid ISBNs in a text, as ISBN-13: an ISBN-10 is the same book as its ISBN-13. */
export function isbnsIn(input: string): string[] {
  if (input.length > MAX_TEXT_LENGTH) return [];
  const valid = candidatesIn(input).flatMap((candidate) => {
    if (isValidIsbn13(candidate)) return [candidate];
    return isValidIsbn10(candidate) && !/^0+$/.test(candidate) ? [toIsbn13(candidate)] : [];
  });
  return [...new Set(valid)];
}

/**
 * Reads the ISBN in a longer text: with a label, a qualifier, a price, a URL, JSON. The text must
 * have exactly one valid ISBN, or an ISBN-13 with its own ISBN-10. Two different books are
 * `ambiguous`, as is a misread ISBN-13 beside another book's number.
 */
export function parseIsbnInText(input: string): IsbnResult {
  const alone = parseIsbn(input);
  if (alone.ok) return alone;
  const [sole, ...others] = isbnsIn(input);
  if (sole === undefined) return alone;
  if (others.length > 0) return ambiguous([sole, ...others]);
  const misread = candidatesIn(input).find(
    (candidate) =>
      candidate.length === 13 && !isValidIsbn13(candidate) && bodyOf(candidate) !== bodyOf(sole),
  );
  return misread === undefined ? parseIsbn(sole) : ambiguous([sole], misread);
}
