import { fold } from "../../../library/domain/fold.ts";
import type { RatingScale } from "../reading/assumptions.ts";
import { inCommonDigits, withoutHanNumerals } from "./digits.ts";
import { remembering } from "./remember.ts";

/** A rating in stars out of five. `isRounded`: rounded to a quarter of a star. */
export interface Stars {
  stars: number;
  isRounded: boolean;
}

/** Longer than any rating with a remark. */
const MAX_LENGTH = 200;
const BARE = /^(?:\d{1,3}(?:[.,]\d{0,10})?|[.,]\d{1,10})$/;
const OUT_OF =
  /^(\d{1,3}(?:[.,]\d{1,10})?)\s*(?:stars?|sterne?|etoiles?|★|⭐|\*|点|점)?\s*(?:\/|out of|of|von|sur|de|di|van|su|z|av|af|od|din|из|з)\s*(\d{1,3})(?:[.,]0+)?(?:\D{0,15})$/;
const PERCENT = /^(\d{1,3}(?:[.,]\d{1,4})?)\s*(?:%|percent|prozent)$/;
/** `4,5 Sterne`, `4 étoiles`, `4 ★`. */
const WITH_UNIT =
  /^(\d{1,2}(?:[.,]\d{1,10})?)\s*(?:stars?|sterne?|etoiles?|estrellas?|estrelas?|stelle?|stella|ster(?:ren)?|stjern[ae]r?|stjarn(?:a|or)|gwiazd\p{L}*|hvezd\p{L}*|csillag|tahtea?|yildiz|звезд\p{L}*|зір\p{L}*|zvjezdic\p{L}*|zvezdic\p{L}*|zvaigz\p{L}*|stele|stea|bintang|sao|αστερ\p{L}*|כוכב\p{L}*|نجوم|نجمة|نجمات|分|点|顆星|颗星|星|별|점|\*|★|⭐\uFE0F?|🌟)$/u;
/** One symbol per star, then half a star, then empty stars. */
const SYMBOLS =
  /^((?:★|\*|⭐|❤|♥|🧡|💛|💚|💙|💜|🖤|💖|🌟|🟊|✭|✯|⭑|✪)+)(½|⯨|⯪|☆½|1\/2|\.5|\+)?[☆✩⚝✰♡🤍\s]*(?:[(（][^()（）]{0,20}[)）])?$/u;
/** Five circles or moons, counting the filled ones: `●●●●○`, `🌕🌕🌕🌗🌑`. */
const OF_FIVE = /^(?=.{5}$)([●⬤🌕]*)([◐🌗🌓])?[○◯🌑]*$/u;
/** `4½`, `3 1/2`, `3¾`. */
const WITH_FRACTION = /^(\d)\s*(½|¼|¾|\s1\/2)\s*(?:\/\s*5|[\p{L}★⭐]{1,12})?$/u;
const FRACTIONS: Readonly<Record<string, number>> = { "¼": 0.25, "¾": 0.75 };
/** `4 and a half stars`, `viereinhalb Sterne`, `四星半`, by `fold`. */
const AND_A_HALF =
  /^(\d)(?:\s*\p{L}{4,12}(?=\s(?:e|y|et)\s))?\s*(?:and a half|and 1\/2|&1⁄2|einhalb|et demie?|y medi[ao]|e mezz[ao]|e mei[ao]|en een half|с половиной|(?=(?:[颗顆个個]?星)半))/u;
/** `星4つ`, `별 5개`, `☆4`. */
const UNIT_FIRST =
  /^(?:星|별|별점|☆|★|⭐\uFE0F?|stars?:?)\s*(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:つ|個|颗|顆|개|점)?$/u;
/** Grades from A to F: each step is one star, and a plus or minus a quarter of one. */
const GRADE = /^([A-F])\s*([+−–-])?$/i;
const GRADES: Readonly<Record<string, number>> = { a: 5, b: 4, c: 3, d: 2, e: 1, f: 1 };
/** Words for one to five, by `fold`. */
const NUMBER_WORDS: ReadonlyMap<string, string> = new Map(
  [
    "one|ein|eins|un|une|uno|una|um|uma|jedna|один|одна",
    "two|zwei|deux|dos|due|dois|duas|twee|dwie|две|два",
    "three|drei|trois|tres|tre|três|drie|trzy|три",
    "four|vier|quatre|cuatro|quattro|quatro|cztery|четыре",
    "five|fünf|cinq|cinco|cinque|vijf|pięć|пять",
  ].flatMap((words, index) =>
    words.split("|").map((word) => [fold(word), `${index + 1}`] as const),
  ),
);
/** The digits that `four` and `four and a half` are converted to. */
const HALVED = /^(\d(?:\.5)?)$/;
const WORD_FIRST = /^(\p{L}+)(?=\s|$)/u;
const HALF_ONLY = /^½[☆\s]*$/;
/** `4 - good`, `4+`, `4 (nice)`. */
const WITH_REMARK = /^(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:[+!]|[-–:(]\s*\p{L}[^\d]{0,60})$/u;
/** The words of Goodreads and Douban for their stars, and common words for no rating; by `fold`. */
const WORDS: ReadonlyMap<string, number> = new Map(
  [
    "未評価|未评价|未评分|unrated|not rated|no rating|nicht bewertet|non noté|sin valorar|non valutato|sem avaliação|без оценки|☆|☆☆☆☆☆",
    "did not like it|很差|一星",
    "it was ok|较差|較差|二星|两星",
    "liked it|还行|還行|三星",
    "really liked it|推荐|推薦|四星",
    "it was amazing|力荐|力薦|五星",
  ].flatMap((words, stars) => words.split("|").map((word) => [fold(word), stars] as const)),
);

/**
 * Converts a rating to ASCII digits. Chinese and Japanese numerals are converted only in short
 * cells; longer cells are remarks.
 */
function inDigits(cell: string): string {
  const text = inCommonDigits(cell.trim());
  if (text.length > MAX_HAN_LENGTH) return text;
  return withoutHanNumerals(text).replace(/(?<=\d)[点點](?=\d)/gu, ".");
}
const MAX_HAN_LENGTH = 8;

/**
 * Returns the number in a cell that does not state its scale (`8`, `8 stars`); undefined for any
 * other cell.
 */
export const bareRating = remembering((cell): number | undefined => {
  if (cell.length > MAX_LENGTH) return undefined;
  const bare = inDigits(cell);
  if (BARE.test(bare)) return numberOf(bare);
  const text = fold(bare);
  if (BARE.test(text)) return numberOf(text);
  const [, count] = withUnit(text) ?? [];
  return count === undefined ? undefined : numberOf(count);
});

/** Parses a rating; undefined if the text is not one. 0 means not rated. @param scale the maximum of bare numbers */
export function readStars(cell: string, scale: RatingScale): Readonly<Stars> | undefined {
  return READERS[scale](cell);
}

const READERS: Readonly<Record<RatingScale, (cell: string) => Stars | undefined>> = {
  5: remembering((cell) => starsIn(cell, 5)),
  10: remembering((cell) => starsIn(cell, 10)),
  20: remembering((cell) => starsIn(cell, 20)),
  100: remembering((cell) => starsIn(cell, 100)),
};

function starsIn(cell: string, scale: RatingScale): Stars | undefined {
  if (cell.length > MAX_LENGTH) return undefined;
  const bare = inDigits(cell);
  if (BARE.test(bare)) return starsOf(numberOf(bare), scale);
  const text = fold(bare.replaceAll("\uFE0F", "").replace(/\s+/g, " ")).replace(/[!.…]+$/, "");
  // `fold` turns the symbol for a half into "1⁄2".
  const symbols = SYMBOLS.exec(cell.trim().replaceAll("\uFE0F", "").replace(/\s/g, ""));
  if (symbols !== null) {
    const whole = Array.from(symbols[1] ?? "").length;
    return starsOf(whole + (symbols[2] === undefined ? 0 : 0.5), 5);
  }
  const [circles, full, half] = OF_FIVE.exec(bare) ?? [];
  if (circles !== undefined)
    return starsOf(Array.from(full ?? "").length + (half === undefined ? 0 : 0.5), 5);
  if (HALF_ONLY.test(bare)) return starsOf(0.5, 5);
  const [, whole, part = ""] = WITH_FRACTION.exec(bare) ?? [];
  if (whole !== undefined) return starsOf(Number(whole) + (FRACTIONS[part] ?? 0.5), 5);
  const [, number, outOf] = OUT_OF.exec(text) ?? [];
  if (number !== undefined) return starsOf(numberOf(number), Number(outOf));
  const [, percent] = PERCENT.exec(text) ?? [];
  if (percent !== undefined) return starsOf(numberOf(percent), 100);
  const [, count] = withUnit(text) ?? WITH_REMARK.exec(text) ?? [];
  if (count !== undefined) return starsOf(numberOf(count), scale);
  const stars = WORDS.get(text);
  return stars === undefined ? gradeOf(bare) : { stars, isRounded: false };
}

/** The number of a cell with the word for its unit: `4 stars`, `five stars`, `星4つ`. @param text folded */
function withUnit(text: string): RegExpExecArray | null {
  const numbered = text
    .replace(WORD_FIRST, (word) => NUMBER_WORDS.get(word) ?? word)
    .replace(AND_A_HALF, "$1.5")
    .replace(/半$/u, "");
  const composed = numbered.normalize("NFC");
  return (
    HALVED.exec(numbered) ??
    WITH_UNIT.exec(numbered) ??
    WITH_UNIT.exec(composed) ??
    UNIT_FIRST.exec(composed)
  );
}

/** A grade as stars, marked as rounded. */
function gradeOf(cell: string): Stars | undefined {
  const [, letter = "", sign] = GRADE.exec(cell) ?? [];
  const whole = GRADES[letter.toLowerCase()];
  if (whole === undefined) return undefined;
  const quarter = sign === undefined ? 0 : sign === "+" ? 0.25 : -0.25;
  return { stars: Math.min(5, Math.max(0.25, whole + quarter)), isRounded: true };
}

const numberOf = (text: string): number => Number(text.replace(",", "."));

/** Values between quarter stars are rounded. */
function starsOf(value: number, scale: number): Stars | undefined {
  if (scale < 1 || value > scale) return undefined;
  const stars = (value * 5) / scale;
  const quarters = Math.round(stars * 4) / 4;
  if (Math.abs(stars - quarters) < 1e-9) return { stars: quarters, isRounded: false };
  return { stars: Math.max(0.25, quarters), isRounded: true };
}
