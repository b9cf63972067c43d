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

/** A text as it is compared: compatibility forms resolved (NFKD), no marks, lower case. Folding twice changes nothing. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/\p{M}/gu, "")
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
