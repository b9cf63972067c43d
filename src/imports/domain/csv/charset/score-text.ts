import { alphabetOf, charactersOf, type LetterModel } from "./languages.ts";

/** Scores are logarithms of probabilities, of one character that is not ASCII. */
const SCORE = {
  /** Replacement characters, control characters, private use. */
  broken: -14,
  /** A letter of the script that the language does not use. */
  foreignLetter: -8.5,
  otherScript: -11,
  /** Punctuation of any language: quotation marks, dashes. */
  punctuation: -5.5,
  symbol: -10,
  /** Japanese syllables, by their rank. */
  hiragana: -4.2,
  katakana: -5,
  halfWidth: -10,
  commonPunctuation: -5,
  otherHan: -10.2,
  otherHangul: -7.6,
} as const;

/** What a character must not be beside, in a language with an alphabet. */
const PENALTY = { capitalWithin: -4, symbolWithin: -3.5, mixedScripts: -4, run: -2.5 } as const;

const BROKEN = /[\u0080-\u009F\uFFFD\uE000-\uF8FF\p{Cn}\p{Cs}]/u;
const PUNCTUATION = /[«»„“”‘’‚‹›–—…•·№°©®™§\u00A0¿¡€£½ªº´]/u;
const EAST_PUNCTUATION = /[、。・「」『』（）！？：；〜～ー―…　，．【】《》〈〉“”‘’·—々〇]/u;

/** A language that is not written in letters. */
type EastAsian = "ja" | "zh" | "tw" | "ko";

const isEastAsian = (language: string): language is EastAsian =>
  ["ja", "zh", "tw", "ko"].includes(language);

/**
 * Scores a decoded text by the language that fits best; higher is better. Only characters outside ASCII count.
 * @returns `isProbable`: whether the text has the characters that texts in that language have
 */
export function scoreText(
  text: string,
  languages: readonly string[],
): { score: number; isProbable: boolean } {
  const alphabets = languages.filter((language) => !isEastAsian(language));
  const letters = Math.max(...scoreLetters(text, alphabets.map(alphabetOf)));
  const characters = languages.filter(isEastAsian).map((one) => scoreCharacters(text, one));
  const score = Math.max(letters, ...characters);
  const count = Array.from(text).filter((character) => character > "\x7F").length;
  const least = score === letters ? PROBABLE_LETTERS : PROBABLE_CHARACTERS;
  return { score, isProbable: score >= least * count };
}

/** Average scores of a character that texts in the right encoding exceed. */
const PROBABLE_LETTERS = -6.5;
const PROBABLE_CHARACTERS = -9.3;

function scoreLetters(text: string, models: readonly LetterModel[]): number[] {
  const scores = models.map(() => 0);
  let common = 0;
  let before = " ";
  const characters = Array.from(text);
  for (const [index, character] of characters.entries()) {
    if (character <= "\x7F") {
      before = character;
      continue;
    }
    const isLetter = /\p{L}/u.test(character);
    common += contextPenalty(before, character, characters[index + 1] ?? " ", isLetter);
    const unknown = unknownLetter(character, isLetter);
    for (const [at, model] of models.entries()) {
      scores[at] = (scores[at] ?? 0) + (model.get(character) ?? unknown);
    }
    before = character;
  }
  return scores.map((score) => score + common);
}

function unknownLetter(character: string, isLetter: boolean): number {
  if (BROKEN.test(character)) return SCORE.broken;
  if (isLetter)
    return /\p{Script=Latin}/u.test(character) ? SCORE.foreignLetter : SCORE.otherScript;
  return PUNCTUATION.test(character) ? SCORE.punctuation : SCORE.symbol;
}

function contextPenalty(
  before: string,
  character: string,
  after: string,
  isLetter: boolean,
): number {
  if (!isLetter) {
    if (!/\p{L}/u.test(after)) return 0;
    const isAfterLetter = /\p{L}/u.test(before);
    // A closing mark does not begin a word, and only an apostrophe is within one.
    if (!isAfterLetter) return /[’”»›]/.test(character) ? PENALTY.symbolWithin : 0;
    return /[’·]/.test(character) ? 0 : PENALTY.symbolWithin;
  }
  let penalty = 0;
  if (/\p{Ll}/u.test(before) && /\p{Lu}/u.test(character)) penalty += PENALTY.capitalWithin;
  const isLatin = /\p{Script=Latin}/u.test(character);
  const isAfterAscii = /[A-Za-z]/.test(before);
  if (isAfterAscii && !isLatin) penalty += PENALTY.mixedScripts;
  if (isLatin && before > "\x7F" && /\p{L}/u.test(before)) penalty += PENALTY.run;
  return penalty;
}

function scoreCharacters(text: string, language: EastAsian): number {
  const model = charactersOf(language);
  let score = 0;
  for (const character of text) {
    if (character > "\x7F") score += model.get(character) ?? unknownCharacter(character, language);
  }
  return score;
}

function unknownCharacter(character: string, language: EastAsian): number {
  const point = character.codePointAt(0) ?? 0;
  if (EAST_PUNCTUATION.test(character)) return SCORE.commonPunctuation;
  if (point >= 0x3041 && point <= 0x3096) return language === "ja" ? SCORE.hiragana : SCORE.symbol;
  if (point >= 0x30a1 && point <= 0x30fa) return language === "ja" ? SCORE.katakana : SCORE.symbol;
  if (point >= 0xff61 && point <= 0xff9f) return SCORE.halfWidth;
  if (point >= 0xac00 && point <= 0xd7a3) {
    return language === "ko" ? SCORE.otherHangul : SCORE.otherScript;
  }
  if (point >= 0x4e00 && point <= 0x9fff) {
    return language === "ko" ? SCORE.otherHan - 1.5 : SCORE.otherHan;
  }
  if (BROKEN.test(character)) return SCORE.broken;
  if (/[\uFF01-\uFF5E]/.test(character)) return SCORE.commonPunctuation - 2;
  return /\p{L}/u.test(character) ? SCORE.otherScript : SCORE.symbol;
}
