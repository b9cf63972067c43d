/**
 * The zeros of the decimal digits that printed books and keyboards use beside 0 to 9: Arabic-Indic, Persian, N'Ko,
 * Devanagari, Bengali, Gurmukhi, Gujarati, Oriya, Tamil, Telugu, Kannada, Malayalam, Sinhala, Thai, Lao, Tibetan,
 * Myanmar, Khmer and Mongolian. The digits of each follow its zero.
 */
const ZEROS = [
  0x0660, 0x06f0, 0x07c0, 0x0966, 0x09e6, 0x0a66, 0x0ae6, 0x0b66, 0x0be6, 0x0c66, 0x0ce6, 0x0d66,
  0x0de6, 0x0e50, 0x0ed0, 0x0f20, 0x1040, 0x17e0, 0x1810,
];
const OTHER_DIGIT = new RegExp(
  `[${ZEROS.map((zero) => `${String.fromCodePoint(zero)}-${String.fromCodePoint(zero + 9)}`).join("")}]`,
  "g",
);

const NOT_ASCII = /[^\0-\x7f]/;

/** The text with all decimal digits as 0 to 9, full-width forms included (NFKC). */
export function withPlainDigits(text: string): string {
  if (!NOT_ASCII.test(text)) return text;
  return text.normalize("NFKC").replace(OTHER_DIGIT, (digit) => {
    const code = digit.codePointAt(0) ?? 0;
    const zero = ZEROS.findLast((start) => start <= code) ?? code;
    return String(code - zero);
  });
}
