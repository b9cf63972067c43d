/** Classifies a scanned or typed code by its digits. The service decides the rest. */
export type Code =
  /** A book, by its ISBN-13. */
  | { readonly kind: "book"; readonly isbn: string }
  /** Only the service can identify it: a UPC with its add-on, a label, a typed text. */
  | { readonly kind: "ask"; readonly text: string }
  /** The check digit of an ISBN is wrong. */
  | { readonly kind: "wrong-digit" }
  | { readonly kind: "needs-add-on" }
  | { readonly kind: "not-a-book"; readonly product: "issn" | "ismn" | "product" }
  /** The second barcode of a Japanese book: its category and price. */
  | { readonly kind: "second-barcode" };

/** Parses a code: raw output of a barcode reader, or typed text. */
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

/** Identifies a barcode regardless of its add-on, which is not always read. */
export const keyOf = (text: string): string =>
  RETAIL.exec(compact(text))?.[1]?.padStart(13, "0") ?? text.trim();

/** An EAN-13 or a UPC-A, with or without its add-on. */
const RETAIL = /^(\d{12,13})(?:[ +-]?(\d{5}|\d{2}))?$/;

const WRONG_DIGIT: Code = { kind: "wrong-digit" };

/**
 * Old paperbacks in the United States have a UPC; the five-digit add-on identifies the publisher's
 * book.
 */
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

/** Removes separators between digits; an add-on remains separate. */
function compact(text: string): string {
  const trimmed = text.trim().replace(/^ISBN(?:-13)?:?\s*/i, "");
  const parts = /^([\d\s\-‐-―]+?)(?:[\s+]+(\d{5}|\d{2}))?$/.exec(trimmed);
  if (!parts) return trimmed.replaceAll(/\s/g, "");
  const [, front = "", addOn] = parts;
  const digits = front.replaceAll(/\D/g, "");
  // What looks like an add-on may be the last group of a number typed in groups.
  if (addOn !== undefined && digits.length < 12) return digits + addOn;
  return addOn === undefined ? digits : `${digits} ${addOn}`;
}

function checkDigit(twelve: string): string {
  const sum = twelve
    .split("")
    .reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10);
}
