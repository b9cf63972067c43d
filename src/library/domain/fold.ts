/** Letters that are not a base letter with marks, and what people type for them. */
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

/** As many as an index entry needs to keep titles apart; ties are settled by the row id. */
const SORT_KEY_LENGTH = 200;

/**
 * Marks that people leave out when they type: the accents of Latin, Greek and Cyrillic, the points of Hebrew and Arabic.
 * The marks of other scripts are letters: a vowel sign of Devanagari, or the voicing of kana, makes another word.
 */
const DIACRITICS =
  /[\u0300-\u036F]|[\u0483-\u0487]|[\u0591-\u05C7]|[\u0610-\u061A]|[\u064B-\u065F]|\u0670|[\u06D6-\u06ED]|[\u1AB0-\u1AFF]|[\u1DC0-\u1DFF]|[\u20D0-\u20FF]|[\uFE20-\uFE2F]/g;

/** A text as it is compared: compatibility forms resolved (NFKD), no diacritics, lower case. Folding twice changes nothing. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(DIACRITICS, "")
    .toLowerCase()
    .replace(DIACRITICS, "")
    .replace(SPECIAL, (letter) => LETTERS[letter] ?? letter);
}

/** A text as it is sorted: folded, with single spaces, and short. */
export function sortKey(text: string): string {
  const folded = fold(text).replace(/\s+/g, " ").trim();
  return Array.from(folded.slice(0, 2 * SORT_KEY_LENGTH))
    .slice(0, SORT_KEY_LENGTH)
    .join("");
}

/** The folded words of what somebody searches for. */
export function searchTerms(text: string): string[] {
  return [...new Set(fold(text).split(/\s+/))].filter((term) => term !== "");
}
