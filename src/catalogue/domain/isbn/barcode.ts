import { hasBookPrefix, isEan13, isGtin14, isValidIsbn10, toIsbn13 } from "./arithmetic.ts";
import { parseIsbnInText } from "./in-text.ts";
import { parseIsbn, type IsbnProblem, type ParsedIsbn } from "./isbn.ts";
import { compactOf, MAX_INPUT_LENGTH } from "./text.ts";
import { isbn10BodyOf, isPublisherUpc } from "./upc-publishers.ts";

/** The kind of item behind a barcode that is not a book's: a periodical, printed music, or any other product. */
export type NonBook = "issn" | "ismn" | "product";

/**
 * The ISBN of a scan, or why there is none; `detail` tells the user what to do. `needs_addon`: the
 * barcode encodes only a publisher and a price; the five digits beside it identify the book.
 * `invalid`: rejected by parseIsbn.
 */
export type BarcodeResult =
  | { ok: true; isbn: ParsedIsbn }
  | { ok: false; kind: "invalid"; problem: IsbnProblem; detail: string; suggestions: string[] }
  | { ok: false; kind: "needs_addon"; detail: string }
  | { ok: false; kind: "not_a_book"; product: NonBook; detail: string };

/** A barcode's number as fourteen digits with leading zeros, and the 2 or 5 digits printed beside it, if any. */
type Reading = { gtin: string; addOn: string };

const ADD_ON_LENGTHS = [0, 5, 2] as const;
/** GTIN-12 (UPC-A), GTIN-13 (EAN-13), GTIN-14: the symbols that may have an add-on. */
const SYMBOL_LENGTHS: readonly number[] = [12, 13, 14];
const GTIN_8_LENGTH = 8;

/** The symbology identifier (ISO/IEC 15424): `]E0` before an EAN-13, `]E2` before its five-digit add-on. */
const AIM_IDENTIFIER = /\][A-Za-z][0-9A-Za-z]/g;
/** Application identifier 01, the GTIN-14 of an item, in GS1-128, DataMatrix and QR codes, in brackets or in a URL. */
const GS1_ARTICLE = /(?:^\](?:C1|e0|d2|Q3|J1)\s*01|\(01\)|\/01\/)\s*(\d{14})/;
const ADD_ON_APART = /^(.*\S)[\s+,;/|]+(\d{5}|\d{2})$/;
const ISSN = /^(?:ISSN:?\s*(\d{4})-?|(\d{4})-)(\d{3}[\dX])$/i;
const ISMN = /^(?:ISMN:?)?M(\d{9})$/;

/** All ways to split these digits into a symbol and its add-on. */
function readingsOf(digits: string): Reading[] {
  if (digits.length === GTIN_8_LENGTH) return [{ gtin: digits.padStart(14, "0"), addOn: "" }];
  const joined = ADD_ON_LENGTHS.filter((length) =>
    SYMBOL_LENGTHS.includes(digits.length - length),
  ).map((length) => {
    const end = digits.length - length;
    return { gtin: digits.slice(0, end).padStart(14, "0"), addOn: digits.slice(end) };
  });
  const isGs1Article = digits.length === 16 && digits.startsWith("01");
  return isGs1Article ? [{ gtin: digits.slice(2), addOn: "" }, ...joined] : joined;
}

const GOODS = "This is not a book's barcode; a book's barcode starts with 978 or 979.";

function notABook(product: NonBook, detail: string): BarcodeResult {
  return { ok: false, kind: "not_a_book", product, detail };
}

function readIsbn(text: string): BarcodeResult {
  const result = parseIsbnInText(text);
  return result.ok ? result : { ...result, kind: "invalid" };
}

function readUpc(upcA: string, addOn: string): BarcodeResult {
  if (!isPublisherUpc(upcA)) {
    return notABook(
      "product",
      `${GOODS} On an old paperback it is printed inside the front cover.`,
    );
  }
  const body = addOn.length === 5 ? isbn10BodyOf(upcA, addOn) : undefined;
  if (body !== undefined) return readIsbn(toIsbn13(body));
  return {
    ok: false,
    kind: "needs_addon",
    detail:
      "This barcode identifies a publisher and a price, not a book; scan it together with the five digits beside it, or scan the barcode inside the front cover.",
  };
}

/**
 * Reads a number with a correct check digit; undefined if it is the start of an ISBN-13 whose check digit matches by
 * chance.
 */
function readGtin({ gtin, addOn }: Reading): BarcodeResult | undefined {
  const ean13 = gtin.slice(1);
  if (!gtin.startsWith("0"))
    return notABook("product", "This is a carton's barcode; scan the one on the book.");
  if (hasBookPrefix(ean13)) return readIsbn(ean13);
  if (ean13.startsWith("979"))
    return notABook("ismn", "This is a barcode of printed music (ISMN 979-0), not of a book.");
  if (ean13.startsWith("977"))
    return notABook("issn", "This is a barcode of a periodical (ISSN 977), not of a book.");
  if (/^19[12]/.test(ean13)) {
    return notABook(
      "product",
      "This is the lower barcode of a Japanese book; scan the upper one, which starts with 978.",
    );
  }
  if (!ean13.startsWith("0")) return notABook("product", GOODS);
  const upcA = ean13.slice(1);
  return hasBookPrefix(upcA) ? undefined : readUpc(upcA, addOn);
}

function readDigits(digits: string): BarcodeResult | undefined {
  if (!/^\d+$/.test(digits) || /^0+$/.test(digits)) return undefined;
  const readings = readingsOf(digits);
  const right = readings.find(({ gtin }) => isGtin14(gtin));
  if (right !== undefined) return readGtin(right);
  // A misread book: parseIsbn gives a better error for the number alone than for the number with its add-on.
  const book = readings.find(({ gtin }) => gtin.startsWith("0") && hasBookPrefix(gtin.slice(1)));
  return book === undefined ? undefined : readIsbn(book.gtin.slice(1));
}

/** Recognises an ISSN or an ISMN in its printed form, as opposed to a barcode. */
function readOtherNumber(text: string, compact: string): BarcodeResult | undefined {
  const [, labelled, hyphenated, end] = ISSN.exec(text) ?? [];
  const start = labelled ?? hyphenated;
  // An ISSN has the check digit of an ISBN-10 with two leading zeros. The M of an old ISMN replaces 979-0.
  if (start !== undefined && end !== undefined && isValidIsbn10(`00${start}${end.toUpperCase()}`)) {
    return notABook("issn", "This is an ISSN, the number of a periodical, not of a book.");
  }
  const [, music] = ISMN.exec(compact) ?? [];
  if (music !== undefined && isEan13(`9790${music}`)) {
    return notABook("ismn", "This is an ISMN, the number of printed music, not of a book.");
  }
  return undefined;
}

/**
 * Reads the output of a scanner or a phone camera: EAN-13 of books, GTIN-14, ISBN-10 and ISBN-13 in
 * every spelling that parseIsbn accepts. Symbology prefixes, control characters, line ends and two-
 * or five-digit add-ons, joined or separate, are dropped. The UPC-A of an old paperback with its
 * add-on is converted to an ISBN. In any other text, the only ISBN is used.
 */
export function parseBarcode(input: string): BarcodeResult {
  if (input.length > MAX_INPUT_LENGTH) return readIsbn(input);
  const printable = input.replace(/\p{Cc}/gu, " ").trim();
  const [, article] = GS1_ARTICLE.exec(printable) ?? [];
  const text = article ?? printable.replace(AIM_IDENTIFIER, " ").trim();
  const compact = compactOf(text);
  const other = readOtherNumber(text, compact);
  if (other !== undefined) return other;
  const [, withoutAddOn, addOn] = ADD_ON_APART.exec(text) ?? [];
  if (withoutAddOn !== undefined && addOn !== undefined) {
    const apart = parseIsbn(withoutAddOn);
    if (apart.ok) return apart;
    return readDigits(compactOf(withoutAddOn) + addOn) ?? readIsbn(text);
  }
  return readDigits(compact) ?? readIsbn(text);
}
