/** The zeros of other digit sets: Arabic, Persian, Devanagari, Bengali, Thai, and full width. */
const ZEROS = "٠۰०০๐０";
const VALUES: ReadonlyMap<string, string> = new Map(
  Array.from(ZEROS).flatMap((zero) =>
    Array.from({ length: 10 }, (_, value): [string, string] => [
      String.fromCodePoint((zero.codePointAt(0) ?? 0) + value),
      `${value}`,
    ]),
  ),
);
/** Punctuation used with such digits. */
const MARKS: Readonly<Record<string, string>> = { "٫": ".", "．": ".", "٬": ",", "٪": "%" };
const OTHER_DIGITS = /[\u0660-\u0669\u06F0-\u06F9०-९০-৯๐-๙０-９٫．٬٪]/gu;

// oxlint-disable-next-line no-control-regex -- the range is that of ASCII
const ASCII = /^[\0-\x7F]*$/;

/** Writes the digits of other scripts, with their marks, in ASCII: `٤٫٥`, `４．５`, `๒๕๖๔`. */
export function inCommonDigits(text: string): string {
  if (ASCII.test(text)) return text;
  return text.replace(OTHER_DIGITS, (digit) => VALUES.get(digit) ?? MARKS[digit] ?? digit);
}

const HAN_DIGITS = "〇一二三四五六七八九";
const HAN_UNITS: Readonly<Record<string, number>> = { 十: 10, 百: 100, 千: 1000 };
/** A circle is a zero only after another numeral; on its own it is a mark. */
const HAN_NUMBER = /[〇零一二三四五六七八九十百千][〇零○一二三四五六七八九十百千]{0,8}/gu;

/**
 * Writes Chinese and Japanese numerals in ASCII digits: `二〇二一年`, `五百一十二`. Other text is unchanged.
 */
export function withoutHanNumerals(text: string): string {
  return ASCII.test(text) ? text : text.replace(HAN_NUMBER, hanNumber);
}

/** `二〇二一` is written digit by digit, `二十一` and `三百零五` with units. */
function hanNumber(numeral: string): string {
  const digits = numeral.replace(/[零○]/gu, "〇");
  if (!/[十百千]/u.test(digits))
    return Array.from(digits, (one) => HAN_DIGITS.indexOf(one)).join("");
  let total = 0;
  let digit = 0;
  for (const one of digits) {
    const unit = HAN_UNITS[one];
    if (unit === undefined) {
      digit = HAN_DIGITS.indexOf(one);
      continue;
    }
    // A unit without a digit counts once: `十五`.
    total += (digit || 1) * unit;
    digit = 0;
  }
  return String(total + digit);
}
