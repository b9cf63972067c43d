import {
  isEan13,
  isValidIsbn10,
  isValidIsbn13,
  isbn10CheckDigit,
  isbn13CheckDigit,
  toIsbn13,
} from "./arithmetic.ts";
import { isInAssignedRange } from "./ranges.ts";

const ZERO = "0".charCodeAt(0);

/** A longer list would no longer be a hint. */
const MAX_SUGGESTIONS = 5;

/** Digits that are easily confused in worn or small print. */
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  "0": "689",
  "1": "74",
  "2": "7",
  "3": "85",
  "4": "91",
  "5": "63",
  "6": "058",
  "7": "12",
  "8": "3069",
  "9": "408",
};

const LETTERS_FOR_DIGITS: Readonly<Record<string, string>> = {
  O: "0",
  Q: "0",
  I: "1",
  L: "1",
  Z: "2",
  S: "5",
  B: "8",
};

/** Matched at every position, because other digits may precede it. */
const EMBEDDED_ISBN_13 = /(?=(97[89]\d{10}))/g;
/**
 * Matched only when it is separate: in a longer run of digits, one in eleven would be valid by
 * chance.
 */
const EMBEDDED_ISBN_10 = /(?<!\d)\d{9}[\dX](?!\d)/g;

/** The text as an ISBN-13, if it is a valid ISBN of either length. */
function asIsbn13(text: string): string | undefined {
  if (isValidIsbn13(text)) return text;
  return isValidIsbn10(text) ? toIsbn13(text) : undefined;
}

/** The weight of each position in the check sum of an ISBN of this length. */
const weightAt = (length: number, at: number): number =>
  length === 10 ? 10 - at : at % 2 === 0 ? 1 : 3;

const digitAt = (text: string, at: number): number =>
  text.charAt(at) === "X" ? 10 : text.charCodeAt(at) - ZERO;

/** The check sum of ten or thirteen characters, which is 0 for a valid ISBN. */
function checkSum(text: string): number {
  let sum = 0;
  for (let at = 0; at < text.length; at += 1) sum += weightAt(text.length, at) * digitAt(text, at);
  return sum % modulusOf(text);
}

const modulusOf = ({ length }: string): number => (length === 10 ? 11 : 10);

/**
 * The variants with two neighbouring digits swapped that have a correct check sum, from the left.
 * Most are ruled out by arithmetic, before any text is built.
 */
function transpositions(text: string, sum: number): string[] {
  const swapped: string[] = [];
  for (let at = 0; at + 1 < text.length; at += 1) {
    const difference = digitAt(text, at + 1) - digitAt(text, at);
    const change = difference * (weightAt(text.length, at) - weightAt(text.length, at + 1));
    if (difference === 0 || (sum + change) % modulusOf(text) !== 0) continue;
    swapped.push(text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2));
  }
  return swapped;
}

/**
 * The variants with one digit replaced by a look-alike that have a correct check sum, from the
 * left.
 */
function misreadings(text: string, sum: number): string[] {
  const replaced: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    for (const digit of LOOK_ALIKES[text.charAt(at)] ?? "") {
      const change = (digitAt(digit, 0) - digitAt(text, at)) * weightAt(text.length, at);
      if ((sum + change) % modulusOf(text) !== 0) continue;
      replaced.push(text.slice(0, at) + digit + text.slice(at + 1));
    }
  }
  return replaced;
}

/**
 * The possible intended texts for known kinds of mistakes, most likely first. Not all are valid.
 */
function repairs(compact: string): string[] {
  const length = compact.length;
  switch (length) {
    case 7:
    case 8:
      return [compact.padStart(10, "0")];
    case 9:
      return [...withNewCheckDigit(`0${compact}`), ...withNewCheckDigit(`${compact}?`)];
    case 10:
      return [`978${compact}`, `979${compact}`, ...withNewCheckDigit(compact)];
    case 11:
      return [compact.slice(0, 10), compact.slice(1)];
    case 12:
      return [...withNewCheckDigit(`${compact}?`), `9${compact}`];
    case 13:
      return [...withNewCheckDigit(compact), compact.slice(3)];
    default:
      return length > 13 ? [compact.slice(0, 13), compact.slice(-13)] : [];
  }
}

function withNewCheckDigit(compact: string): string[] {
  const digits = compact.slice(0, -1);
  if (!/^\d+$/.test(digits)) return [];
  return [digits + (digits.length === 9 ? isbn10CheckDigit(digits) : isbn13CheckDigit(digits))];
}

function distinctIsbns(texts: readonly string[]): string[] {
  return [...new Set(texts.map(asIsbn13).filter((isbn13) => isbn13 !== undefined))];
}

function guesses(compact: string): string[] {
  const sum = checkSum(compact);
  return [...transpositions(compact, sum), ...misreadings(compact, sum)];
}

function assignedFirst(isbns: readonly string[]): string[] {
  const assigned = isbns.filter(isInAssignedRange);
  return [...assigned, ...isbns.filter((isbn13) => !assigned.includes(isbn13))];
}

/**
 * At most five ISBN-13s that a user may have meant by digits (and `X`) that are not an ISBN: first those explained by
 * one known mistake (a wrong or lost check digit, a lost prefix, 978 before an ISBN-10, something appended), then two
 * swapped digits, then one misread digit. Among the last two kinds, those in assigned ranges come first.
 */
export function suggestForDigits(compact: string): string[] {
  // A valid product number is not a mistyped ISBN; a similar ISBN would be a coincidence.
  if (isEan13(compact)) return [];
  const explained = repairs(compact);
  const mayBeMistyped = compact.length === 10 || compact.length === 13;
  const guessed = mayBeMistyped ? assignedFirst(distinctIsbns(guesses(compact))) : [];
  return distinctIsbns([...explained, ...guessed]).slice(0, MAX_SUGGESTIONS);
}

/** The ISBN-13s inside an upper-case text, or spelled with letters for digits (`O306406152`). */
export function suggestForText(compact: string): string[] {
  const spelled = compact.replace(/[OQILZSB]/g, (letter) => LETTERS_FOR_DIGITS[letter] ?? letter);
  const isbn13s = Array.from(compact.matchAll(EMBEDDED_ISBN_13), ([, isbn13]) => isbn13 ?? "");
  const isbn10s = compact.match(EMBEDDED_ISBN_10) ?? [];
  return distinctIsbns([spelled, ...isbn13s, ...isbn10s]).slice(0, MAX_SUGGESTIONS);
}
