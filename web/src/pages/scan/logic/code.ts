/** What a read or typed code is, as far as its digits say it. The rest is the service's to decide. */
export type Code =
  /** A book, by its ISBN-13. */
  | { readonly kind: "book"; readonly isbn: string }
  /** Only the service can tell: a UPC with its add-on, a label, a typed text. */
  | { readonly kind: "ask"; readonly text: string }
  /** The last digit of an ISBN does not fit the others. */
  | { readonly kind: "wrong-digit" }
  | { readonly kind: "needs-add-on" }
  | { readonly kind: "not-a-book"; readonly product: "issn" | "ismn" | "product" }
  /** The second barcode of a Japanese book: its category and price. */
  | { readonly kind: "second-barcode" };

/** Reads a code: raw output of a reader of barcodes, or what a user typed. */
export function codeOf(text: string): Code {
  const [, digits = "", addOn] = RETAIL.exec(compact(text)) ?? [];
  if (digits === "") return isbn10Of(text) ?? { kind: "ask", text: text.trim() };
  const ean = digits.padStart(13, "0");
  const isRight = checkDigit(ean.slice(0, 12)) === ean[12];
  if (/^97(8|9[1-9])/.test(ean)) return isRight ? { kind: "book", isbn: ean } : WRONG_DIGIT;
  if (!isRight) return { kind: "ask", text: text.trim() };
  if (ean.startsWith("0")) return upc(text, addOn);
  if (/^19[12]/.test(ean)) return { kind: "second-barcode" };
  if (ean.startsWith("977")) return { kind: "not-a-book", product: "issn" };
  if (ean.startsWith("9790")) return { kind: "not-a-book", product: "ismn" };
  return { kind: "not-a-book", product: "product" };
}

/** What two reads of one barcode have in common: the add-on beside it is not always read. */
export const keyOf = (text: string): string =>
  RETAIL.exec(compact(text))?.[1]?.padStart(13, "0") ?? text.trim();

/** An EAN-13 or a UPC-A, with or without its add-on. */
const RETAIL = /^(\d{12,13})(?:[ +-]?(\d{5}|\d{2}))?$/;

const WRONG_DIGIT: Code = { kind: "wrong-digit" };

/** Old paperbacks in the United States have a UPC; the add-on of five digits says which book of the publisher it is. */
const upc = (text: string, addOn: string | undefined): Code =>
  addOn?.length === 5 ? { kind: "ask", text: text.trim() } : { kind: "needs-add-on" };

function isbn10Of(text: string): Code | undefined {
  const isbn10 = /^(?:ISBN(?:-10)?:?)?(\d{9}[\dX])$/i.exec(compact(text).replaceAll("-", ""))?.[1];
  if (isbn10 === undefined) return undefined;
  const sum = isbn10
    .toUpperCase()
    .split("")
    .reduce(
      (total, digit, index) => total + (10 - index) * (digit === "X" ? 10 : Number(digit)),
      0,
    );
  if (sum % 11 !== 0) return WRONG_DIGIT;
  const twelve = `978${isbn10.slice(0, 9)}`;
  return { kind: "book", isbn: twelve + checkDigit(twelve) };
}

/** Without what people and readers put between digits; an add-on stays apart. */
function compact(text: string): string {
  const trimmed = text.trim().replace(/^ISBN(?:-13)?:?\s*/i, "");
  const parts = /^([\d\s\-‐-―]+?)(?:[\s+]+(\d{5}|\d{2}))?$/.exec(trimmed);
  if (!parts) return trimmed.replaceAll(/\s/g, "");
  const [, front = "", addOn] = parts;
  const digits = front.replaceAll(/\D/g, "");
  // The group that looks like an add-on may be the end of a number that was typed in groups.
  if (addOn !== undefined && digits.length < 12) return digits + addOn;
  return addOn === undefined ? digits : `${digits} ${addOn}`;
}

function checkDigit(twelve: string): string {
  const sum = twelve
    .split("")
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10);
}
