/** Letters without a Unicode decomposition, and the letters that people usually type instead. */
const LETTERS: Readonly<Record<string, string>> = {
  æ: "ae",
  œ: "oe",
  ø: "o",
  ß: "ss",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ħ: "h",
  ŧ: "t",
  ŋ: "n",
  ı: "i",
  ς: "σ",
};
const SPECIAL = /[æœøßđðþłħŧŋıς]/g;

/** Long enough for an index entry to distinguish titles; ties are broken by row id. */
const SORT_KEY_LENGTH = 200;

/**
 * Marks that people omit when typing: the accents of Latin, Greek and Cyrillic, and the points of Hebrew and Arabic. Marks
 * of other scripts are part of the letter: a vowel sign of Devanagari or the voicing of kana makes a different word.
 */
const DIACRITICS =
  /[\u0300-\u036F]|[\u0483-\u0487]|[\u0591-\u05C7]|[\u0610-\u061A]|[\u064B-\u065F]|\u0670|[\u06D6-\u06ED]|[\u1AB0-\u1AFF]|[\u1DC0-\u1DFF]|[\u20D0-\u20FF]|[\uFE20-\uFE2F]/g;

// oxlint-disable-next-line no-control-regex -- the range is that of ASCII
const ASCII = /^[\0-\x7F]*$/;

/** Folds a text for comparison: NFKD, without diacritics, in lower case. Idempotent. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  return text
    .normalize("NFKD")
    .replace(DIACRITICS, "")
    .toLowerCase()
    .replace(DIACRITICS, "")
    .replace(SPECIAL, (letter) => LETTERS[letter] ?? letter);
}

const NO_LETTERS = /[^\p{L}\p{N}]/gu;
/** The same for ASCII text, without the Unicode ranges, which take longer to compare. */
const NO_ASCII_LETTERS = /[^a-z0-9]/g;

/** The folded letters and digits of a name, to compare it whatever its spaces and punctuation. */
export function nameKey(name: string): string {
  const folded = fold(name);
  return folded.replace(ASCII.test(folded) ? NO_ASCII_LETTERS : NO_LETTERS, "");
}

/** Sort key of a text: folded, with single spaces, and truncated. */
export function sortKey(text: string): string {
  const folded = fold(text).replace(/\s+/g, " ").trim();
  if (folded.length <= SORT_KEY_LENGTH) return folded;
  return Array.from(folded.slice(0, 2 * SORT_KEY_LENGTH))
    .slice(0, SORT_KEY_LENGTH)
    .join("");
}

/** The distinct folded words of a search text. */
export function searchTerms(text: string): string[] {
  return [...new Set(fold(text).split(/\s+/))].filter((term) => term !== "");
}
