const NOT_ASCII = /[^\0-\x7f]/;
const DIGIT = /\p{Nd}/u;
const DIGITS = /\p{Nd}/gu;

/** The value of a decimal digit of any script: the ten of a script are consecutive, and before them may be those of another. */
function valueOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let before = 0;
  while (DIGIT.test(String.fromCodePoint(code - before - 1))) before += 1;
  return String(before % 10);
}

/** The text with all decimal digits as 0 to 9, full-width and mathematical forms included (NFKC). */
export function withPlainDigits(text: string): string {
  return NOT_ASCII.test(text) ? text.normalize("NFKC").replace(DIGITS, valueOf) : text;
}
