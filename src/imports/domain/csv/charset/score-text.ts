import { alphabetOf, charactersOf, type LetterModel } from "./languages.ts";

/** Scores are log probabilities of one character outside ASCII. */
const SCORE = {
  /** Replacement characters, control characters, private use. */
  broken: -14,
  /** A letter of the script that the language does not use. */
  foreignLetter: -8.5,
  otherScript: -11,
  /** Punctuation of any language: quotation marks, dashes. */
  punctuation: -4.8,
  /** As in `it’s`. */
  apostrophe: -2.5,
  symbol: -10,
  /** Japanese syllables, by their rank. */
  hiragana: -4.2,
  katakana: -5,
  halfWidth: -5.5,
  /** Japanese syllables among Chinese. */
  kanaInChinese: -6.5,
  commonPunctuation: -5,
  otherHan: -10.2,
  otherHangul: -7.6,
} as const;

/** Penalties for improbable neighbours, in a language with an alphabet. */
const PENALTY = {
  capitalWithin: -4,
  /** Once for a word in capitals. */
  capitalWord: -0.7,
  /** A cell that begins with a lower-case letter. */
  smallAtStart: -2.2,
  symbolWithin: -3.5,
  mixedScripts: -4,
  run: -2.5,
  /** A vowel between vowels, a consonant between consonants. */
  likeNeighbours: -1.2,
  /** Portuguese has `ã` mostly before `o` and `e`, Romanian `ă` everywhere. */
  lonelyTilde: -2,
} as const;

const BROKEN = /[\u0080-\u009F\uFFFD\uE000-\uF8FF\p{Cn}\p{Cs}]/u;
const PUNCTUATION = /[«»„“”‘’‚‹›–—…•·№°©®™§\u00A0¿¡€£½ªº´]/u;
/** Accents that follow their letter, as in windows-1258. */
const ACCENT = /[\u0300-\u036F]/;
const LATIN_VOWEL = /^[aeiouyæœøı]/i;
const VOWEL = /[aeiouyâăêôơư]/i;
const EAST_PUNCTUATION = /[、。・「」『』（）！？：；〜～ー―…　，．【】《》〈〉“”‘’·—々〇]/u;

/** A language without an alphabet. */
type EastAsian = "ja" | "zh" | "tw" | "ko";

const isEastAsian = (language: string): language is EastAsian =>
  ["ja", "zh", "tw", "ko"].includes(language);

/**
 * Scores a decoded text by the language that fits best; higher is better. Only characters outside ASCII count.
 * @param kinds the kinds of the characters seen so far
 * @returns `isProbable`: whether the text has the characters that texts in that language have
 */
export function scoreText(
  text: string,
  languages: readonly string[],
  kinds: Map<string, Kind>,
): { score: number; isProbable: boolean } {
  const alphabets = languages.filter((language) => !isEastAsian(language)).map(alphabetOf);
  const letters = scoreLetters(text, alphabets, kinds);
  const characters = languages.filter(isEastAsian).map((one) => scoreCharacters(text, one));
  const score = Math.max(letters.score, ...characters);
  const count = Array.from(text).filter((character) => character > "\x7F").length;
  if (score > letters.score) return { score, isProbable: score >= PROBABLE_CHARACTERS * count };
  return { score, isProbable: letters.isProbable };
}

/** Average score per character that correctly decoded texts exceed. */
const PROBABLE_CHARACTERS = -9.3;
/** Maximum difference between the average score of a text and the expected one of its language. */
const MAX_DEVIATION = 2.5;
/** Cost of a line in a language other than that of most of the text. */
const OTHER_LANGUAGE = -3;

/** The kind of a character, independent of the language. */
export interface Kind {
  isLetter: boolean;
  isUpper: boolean;
  isLower: boolean;
  isLatin: boolean;
  isAccent: boolean;
  isVowel: boolean;
  /** The score of a character that a language does not use. */
  unknown: number;
}

function kindOf(character: string): Kind {
  const isLetter = /[\p{L}\p{M}]/u.test(character);
  const isAccent = ACCENT.test(character);
  const isLatin = isAccent || /\p{Script=Latin}/u.test(character);
  return {
    isLetter,
    isUpper: /\p{Lu}/u.test(character),
    isLower: /\p{Ll}/u.test(character),
    isLatin,
    isAccent,
    isVowel: isLatin && LATIN_VOWEL.test(character.normalize("NFD")),
    unknown: unknownLetter(character, isLetter, isLatin),
  };
}

function unknownLetter(character: string, isLetter: boolean, isLatin: boolean): number {
  if (BROKEN.test(character)) return SCORE.broken;
  if (isLetter) return isLatin ? SCORE.foreignLetter : SCORE.otherScript;
  return PUNCTUATION.test(character) ? SCORE.punctuation : SCORE.symbol;
}

/**
 * Scores a text in an alphabet. Each line is in the language that fits most of the text or, at a
 * cost, in another.
 */
function scoreLetters(
  text: string,
  models: readonly LetterModel[],
  kinds: Map<string, Kind>,
): { score: number; isProbable: boolean } {
  if (models.length === 0) return { score: Number.NEGATIVE_INFINITY, isProbable: false };
  const lines = text.split("\n").map((line) => scoreLine(line, models, kinds));
  const totals = models.map((_, at) =>
    lines.reduce((sum, { scores }) => sum + (scores[at] ?? 0), 0),
  );
  const best = totals.indexOf(Math.max(...totals));
  let score = 0;
  let letters = 0;
  let expected = 0;
  for (const line of lines) {
    const main = line.scores[best] ?? 0;
    const other = Math.max(...line.scores);
    const at = other + OTHER_LANGUAGE > main ? line.scores.indexOf(other) : best;
    score += at === best ? main : other + OTHER_LANGUAGE;
    letters += line.letters;
    expected += line.letters * (models[at]?.mean ?? 0) + line.others;
    if (at !== best) expected += OTHER_LANGUAGE;
  }
  return { score, isProbable: score >= expected - MAX_DEVIATION * letters - 4 };
}

/**
 * The score of a line in each language, its letters outside ASCII, and the score of its other
 * characters.
 */
interface ScoredLine {
  scores: number[];
  letters: number;
  others: number;
}

function scoreLine(
  line: string,
  models: readonly LetterModel[],
  kinds: Map<string, Kind>,
): ScoredLine {
  const found: ScoredLine = { scores: models.map(() => 0), letters: 0, others: 0 };
  let common = 0;
  const known = (character: string): Kind => {
    let kind = kinds.get(character);
    if (kind === undefined) kinds.set(character, (kind = kindOf(character)));
    return kind;
  };
  const characters = Array.from(line);
  const letters = characters.map(known);
  let capitals = wordOfCapitals(letters, 0);
  for (const [index, character] of characters.entries()) {
    const kind = letters[index] as Kind;
    if (!kind.isLetter || !letters[index - 1]?.isLetter) {
      capitals = kind.isLetter && wordOfCapitals(letters, index);
      if (capitals && character > "\x7F") common += PENALTY.capitalWord;
    }
    const before = letters[index - 1];
    if (character <= "\x7F") {
      if (kind.isLower && isWithinCapitals(letters, index)) common += PENALTY.capitalWithin;
      continue;
    }
    common += contextPenalty(
      before,
      characters[index - 1] ?? " ",
      kind,
      character,
      letters[index + 1],
    );
    if (/[ãÃ]/.test(character) && !/[oeOE]/.test(characters[index + 1] ?? ""))
      common += PENALTY.lonelyTilde;
    if (kind.isLower && isWithinCapitals(letters, index)) common += PENALTY.capitalWithin;
    if (!kind.isLetter) {
      const isWithin = /’/.test(character) && before?.isLetter && letters[index + 1]?.isLetter;
      const value = isWithin ? SCORE.apostrophe : kind.unknown;
      common += value;
      found.others += value;
      continue;
    }
    if (kind.isLower && beginsCell(characters, index)) common += PENALTY.smallAtStart;
    const small = capitals ? character.toLowerCase() : character;
    for (const [at, { chances }] of models.entries()) {
      found.scores[at] =
        (found.scores[at] ?? 0) + (chances.get(small) ?? chances.get(character) ?? kind.unknown);
    }
    found.letters += 1;
  }
  found.scores = found.scores.map((score) => score + common);
  return found;
}

/** Whether a character is the first of a cell. */
const beginsCell = (characters: readonly string[], index: number): boolean =>
  index === 0 || /[,;\t"]/.test(characters[index - 1] ?? "");

/** Whether the word that begins here has at least two letters, all capitals. */
function wordOfCapitals(letters: readonly Kind[], start: number): boolean {
  let end = start;
  while (letters[end]?.isLetter) {
    if (letters[end]?.isLower) return false;
    end += 1;
  }
  return end - start > 1 && letters[start]?.isUpper === true;
}

/** Whether two capitals precede a lower-case letter, which does not occur in names. */
const isWithinCapitals = (letters: readonly Kind[], index: number): boolean =>
  letters[index - 1]?.isUpper === true && letters[index - 2]?.isUpper === true;

function contextPenalty(
  before: Kind | undefined,
  characterBefore: string,
  kind: Kind,
  character: string,
  after: Kind | undefined,
): number {
  if (!kind.isLetter) {
    if (!after?.isLetter) return 0;
    // A closing mark or a sign does not begin a word, and only an apostrophe may be inside one.
    if (!before?.isLetter) return /[’”»›®©™½ªº°]/.test(character) ? PENALTY.symbolWithin : 0;
    return /[’·]/.test(character) ? 0 : PENALTY.symbolWithin;
  }
  if (kind.isAccent) return VOWEL.test(characterBefore) ? 0 : PENALTY.mixedScripts;
  let penalty = 0;
  if (before?.isLower && kind.isUpper) penalty += PENALTY.capitalWithin;
  const isAfterAscii = characterBefore <= "\x7F" && before?.isLetter === true;
  if (isAfterAscii && !kind.isLatin) penalty += PENALTY.mixedScripts;
  if (kind.isLatin && characterBefore > "\x7F" && before?.isLetter) penalty += PENALTY.run;
  const isBetween = kind.isLatin && before?.isLatin === true && after?.isLatin === true;
  if (isBetween && before.isVowel === kind.isVowel && after.isVowel === kind.isVowel)
    penalty += PENALTY.likeNeighbours;
  return penalty;
}

function scoreCharacters(text: string, language: EastAsian): number {
  const model = charactersOf(language);
  let score = 0;
  for (const character of text) {
    if (character > "\x7F")
      score += model.chances.get(character) ?? unknownCharacter(character, language);
  }
  return score;
}

function unknownCharacter(character: string, language: EastAsian): number {
  const point = character.codePointAt(0) ?? 0;
  if (EAST_PUNCTUATION.test(character)) return SCORE.commonPunctuation;
  const isHiragana = point >= 0x3041 && point <= 0x3096;
  if (isHiragana || (point >= 0x30a1 && point <= 0x30fa)) {
    if (language === "ja") return isHiragana ? SCORE.hiragana : SCORE.katakana;
    return language === "zh" ? SCORE.kanaInChinese : SCORE.symbol;
  }
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
