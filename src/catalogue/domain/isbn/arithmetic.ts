import { DomainError } from "../../../platform/errors.ts";

const ZERO = "0".charCodeAt(0);

function isDigitAt(text: string, index: number): boolean {
  const digit = text.charCodeAt(index) - ZERO;
  return digit >= 0 && digit <= 9;
}

function digitAt(text: string, index: number): number {
  if (!isDigitAt(text, index)) {
    throw new DomainError(
      "INTERNAL_ERROR",
      `Character ${String(index + 1)} of an ISBN must be a digit.`,
    );
  }
  return text.charCodeAt(index) - ZERO;
}

/** The check character, `0` to `9` or `X`, for the first nine digits of `digits` (weights 10 to 2, modulo 11). */
export function isbn10CheckDigit(digits: string): string {
  let sum = 0;
  for (let index = 0; index < 9; index += 1) sum += (10 - index) * digitAt(digits, index);
  const check = (11 - (sum % 11)) % 11;
  return check === 10 ? "X" : String(check);
}

/** The check digit for the first twelve digits of `digits` (weights 1 and 3 alternating, modulo 10: EAN-13). */
export function isbn13CheckDigit(digits: string): string {
  let sum = 0;
  for (let index = 0; index < 12; index += 1)
    sum += digitAt(digits, index) * (index % 2 === 0 ? 1 : 3);
  return String((10 - (sum % 10)) % 10);
}

/**
 * Whether the text is thirteen digits with a correct EAN-13 check digit, regardless of the prefix.
 */
export function isEan13(text: string): boolean {
  if (text.length !== 13) return false;
  for (let index = 0; index < 13; index += 1) if (!isDigitAt(text, index)) return false;
  return isbn13CheckDigit(text) === text.charAt(12);
}

/**
 * Whether the text is fourteen digits with a correct check digit (weights 3 and 1 alternating). Shorter GTINs are
 * padded with leading zeros.
 */
export function isGtin14(text: string): boolean {
  if (!/^\d{14}$/.test(text)) return false;
  let sum = 0;
  for (let index = 0; index < 14; index += 1)
    sum += digitAt(text, index) * (index % 2 === 0 ? 3 : 1);
  return sum % 10 === 0;
}

/** Prefix 978 or 979, except 979-0, which is the range of printed music (ISMN). */
export function hasBookPrefix(ean13: string): boolean {
  return ean13.startsWith("978") || (ean13.startsWith("979") && ean13.charAt(3) !== "0");
}

/**
 * Thirteen plain digits with a book's prefix and a correct check digit. Ranges are not checked, because tables of them
 * lag behind.
 */
export function isValidIsbn13(text: string): boolean {
  return isEan13(text) && hasBookPrefix(text);
}

/** Nine plain digits and a correct check character; an `X` must be upper case. */
export function isValidIsbn10(text: string): boolean {
  if (text.length !== 10) return false;
  for (let index = 0; index < 9; index += 1) if (!isDigitAt(text, index)) return false;
  return isbn10CheckDigit(text) === text.charAt(9);
}

/** The ISBN-13 of a valid ISBN-10. Only its first nine digits are read. */
export function toIsbn13(isbn10: string): string {
  const digits = `978${isbn10.slice(0, 9)}`;
  return digits + isbn13CheckDigit(digits);
}

/** The ISBN-10 of a valid ISBN-13; undefined for 979, whose numbers would collide with other books. */
export function toIsbn10(isbn13: string): string | undefined {
  if (!isbn13.startsWith("978")) return undefined;
  const digits = isbn13.slice(3, 12);
  return digits + isbn10CheckDigit(digits);
}
