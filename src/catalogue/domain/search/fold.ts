import { PLAIN_LETTERS } from "./letters.ts";
import { simplified } from "./simplified.ts";

const NOT_ASCII = /[^\0-\x7f]/u;
const NOT_ASCII_LETTERS = /[^\0-\x7f]/gu;
/** Symbols that Unicode compatibility normalisation would turn into letters. */
const LETTER_SIGNS = /[\u2100-\u214f\u00a9\u00ae\u3250-\u32ff]/gu;
/** Accents of Latin, Greek and Cyrillic letters. Marks of other scripts are part of the word. */
const ACCENTS = /[\u0300-\u036f]/gu;
/** Katakana that have a hiragana. */
const KATAKANA = /[\u30a1-\u30f6\u30fd\u30fe]/gu;
const TO_HIRAGANA = 0x60;

/**
 * Folds a text for search: lower case, without accents, in normal width, katakana as hiragana,
 * traditional Chinese as simplified. Punctuation and spaces are kept. Idempotent.
 */
export function foldLetters(text: string): string {
  if (!NOT_ASCII.test(text)) return text.toLowerCase();
  return text
    .replace(LETTER_SIGNS, " ")
    .normalize("NFKC")
    .replace(NOT_ASCII_LETTERS, (letter) => PLAIN_LETTERS.get(letter) ?? letter)
    .toLowerCase()
    .normalize("NFD")
    .replace(ACCENTS, "")
    .normalize("NFC")
    .replace(NOT_ASCII_LETTERS, (letter) => PLAIN_LETTERS.get(letter) ?? simplified(letter))
    .replaceAll("ς", "σ")
    .replace(KATAKANA, (kana) => String.fromCharCode(kana.charCodeAt(0) - TO_HIRAGANA));
}
