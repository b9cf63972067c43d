import {
  isEan13,
  isValidIsbn10,
  isValidIsbn13,
  isbn10CheckDigit,
  isbn13CheckDigit,
  toIsbn13,
} from "./arithmetic.ts";
import { isInAssignedRange } from "./ranges.ts";

/** More would be a list to search in, not a hint. */
const MAX_SUGGESTIONS = 5;

/** Digits that are taken for each other when a worn or small print is read. */
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

/** Looked for at every place, since other digits may stand before it. */
const EMBEDDED_ISBN_13 = /(?=(97[89]\d{10}))/g;
/** Only where it stands alone: of ten digits out of a longer run, one in eleven would fit by chance. */
const EMBEDDED_ISBN_10 = /(?<!\d)\d{9}[\dX](?!\d)/g;

/** The ISBN-13 that a text stands for as it is, if it is a valid ISBN of either length. */
function asIsbn13(text: string): string | undefined {
  if (isValidIsbn13(text)) return text;
  return isValidIsbn10(text) ? toIsbn13(text) : undefined;
}

/** The text with each pair of neighbours exchanged, from the left. */
function transpositions(text: string): string[] {
  const swapped: string[] = [];
  for (let at = 0; at + 1 < text.length; at += 1) {
    const left = text.charAt(at);
    const right = text.charAt(at + 1);
    if (left !== right) swapped.push(text.slice(0, at) + right + left + text.slice(at + 2));
  }
  return swapped;
}

/** The text with each digit in turn replaced by those that look like it, from the left. */
function misreadings(text: string): string[] {
  const replaced: string[] = [];
  for (let at = 0; at < text.length; at += 1) {
    for (const digit of LOOK_ALIKES[text.charAt(at)] ?? "") {
      replaced.push(text.slice(0, at) + digit + text.slice(at + 1));
    }
  }
  return replaced;
}

/** What a text of this length says if one known kind of slip was made, likeliest first; not all are valid. */
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

function assignedFirst(isbns: readonly string[]): string[] {
  return [
    ...isbns.filter(isInAssignedRange),
    ...isbns.filter((isbn13) => !isInAssignedRange(isbn13)),
  ];
}

/**
 * The ISBN-13s, at most five, that a reader may have meant by digits (and `X`) that are no ISBN: first what one known
 * slip explains (a wrong or lost check digit, a lost prefix, 978 put before an ISBN-10, something appended), then two
 * digits exchanged, then one misread; of the last two, those of assigned ranges come first.
 */
export function suggestForDigits(compact: string): string[] {
  // The number of another kind of goods is right as it stands: a book's number near it would be an accident.
  if (isEan13(compact)) return [];
  const explained = repairs(compact);
  const mayBeMistyped = compact.length === 10 || compact.length === 13;
  const guessed = mayBeMistyped
    ? assignedFirst(distinctIsbns([...transpositions(compact), ...misreadings(compact)]))
    : [];
  return distinctIsbns([...explained, ...guessed]).slice(0, MAX_SUGGESTIONS);
}

/** The ISBN-13s that stand inside an upper-case text, or that it spells with letters for digits (`O306406152`). */
export function suggestForText(compact: string): string[] {
  const spelled = compact.replace(/[OQILZSB]/g, (letter) => LETTERS_FOR_DIGITS[letter] ?? letter);
  const isbn13s = Array.from(compact.matchAll(EMBEDDED_ISBN_13), ([, isbn13]) => isbn13 ?? "");
  const isbn10s = compact.match(EMBEDDED_ISBN_10) ?? [];
  return distinctIsbns([spelled, ...isbn13s, ...isbn10s]).slice(0, MAX_SUGGESTIONS);
}
