/** ISBNs as users and scanners type them. */

/** The digits of an ISBN with a correct check digit; undefined for any other text. */
export function isbnIn(text: string): string | undefined {
  const digits = text.trim().toUpperCase().replaceAll(/[\s-]/g, "");
  if (/^97[89]\d{10}$/.test(digits)) return isRight13(digits) ? digits : undefined;
  if (/^\d{9}[\dX]$/.test(digits)) return isRight10(digits) ? digits : undefined;
  return undefined;
}

/**
 * Whether a text consists only of digits, as typed by a scanner, and is thus a wrong ISBN rather
 * than words.
 */
export const looksScanned = (text: string): boolean =>
  /^\d{8,18}X?$/i.test(text.trim().replaceAll(/[\s-]/g, ""));

const sumOf = (digits: string, weightOf: (at: number) => number): number =>
  Array.from(digits).reduce(
    (sum, digit, at) => sum + (digit === "X" ? 10 : Number(digit)) * weightOf(at),
    0,
  );

const isRight13 = (digits: string): boolean => sumOf(digits, (at) => (at % 2 ? 3 : 1)) % 10 === 0;
const isRight10 = (digits: string): boolean => sumOf(digits, (at) => 10 - at) % 11 === 0;
