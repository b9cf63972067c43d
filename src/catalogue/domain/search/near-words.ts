/** The part of the vocabulary with words that begin like a typed word. */
export interface NearSpan {
  readonly word: string;
  readonly head: string;
  readonly headEnd: string;
}

/** Shorter words have too many neighbours. */
const MIN_LENGTH = 4;
const MAX_LENGTH = 24;
/**
 * Number of leading letters that the words of a span share; variants with errors in these letters
 * are enumerated.
 */
const HEAD = 3;
const SHORT_HEAD = 2;
const MAX_NEAR = 12;
const LETTERS = /^[\p{L}\p{M}]+$/u;
const LAST_LETTER = "\uffff";
/** First and last letter of each script, as folded. */
const ALPHABETS = ["az", "ая", "αω"] as const;

/** Whether to search for typing errors in a word. */
export function isSpellable(word: string): boolean {
  const isLong = word.length >= MIN_LENGTH && word.length <= MAX_LENGTH;
  return isLong && LETTERS.test(word) && isSpaced(word);
}

/** The span of a word; undefined if it is too short or does not consist of letters. */
export function nearSpan(word: string): NearSpan | undefined {
  if (!isSpellable(word)) return undefined;
  const head = word.slice(0, headOf(word));
  return { word, head, headEnd: head + LAST_LETTER };
}

/**
 * Variants of a word outside of its span: with one error in the first letters, or split into two
 * words.
 */
export function spelledOut(word: string): string[] {
  const letters = alphabetOf(word);
  const meant = Array.from({ length: headOf(word) }, (_, at) => {
    const [before, here, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
    return [
      before + after,
      before + after.charAt(0) + here + after.slice(1),
      ...letters.flatMap((letter) => [before + letter + after, before + letter + here + after]),
    ];
  });
  return [...new Set([...meant.flat(), ...splits(word).flat()])].filter((other) => other !== word);
}

/** The words of a vocabulary that are one typing error away from a word, best first. */
export function nearest(word: string, vocabulary: readonly string[]): string[] {
  return vocabulary
    .filter((other) => other !== word && isOneErrorAway(word, other))
    .sort((a, b) => weight(word, a) - weight(word, b) || (a < b ? -1 : 1))
    .slice(0, MAX_NEAR);
}

/** Splits a word into two words of a vocabulary that were typed without a space. */
export function apart(word: string, vocabulary: ReadonlySet<string>): [string, string][] {
  return splits(word).filter(([a, b]) => vocabulary.has(a) && vocabulary.has(b));
}

/**
 * Whether two words differ by one missing, added or replaced letter, or by two swapped neighbours.
 */
export function isOneErrorAway(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (short.slice(at + 1) === long.slice(at + 1)) return true;
  return (
    short[at] === long[at + 1] &&
    short[at + 1] === long[at] &&
    short.slice(at + 2) === long.slice(at + 2)
  );
}

/** Errors at the beginning of a word are rare. */
function weight(word: string, other: string): number {
  return (word[0] === other[0] ? 0 : 2) + (word.length === other.length ? 0 : 1);
}

function headOf(word: string): number {
  return word.length > MIN_LENGTH ? HEAD : SHORT_HEAD;
}

function alphabetOf(word: string): string[] {
  const letter = word.charAt(0);
  const alphabet = ALPHABETS.find((ends) => letter >= ends.charAt(0) && letter <= ends.charAt(1));
  if (alphabet === undefined) return [];
  const [from, to] = [alphabet.charCodeAt(0), alphabet.charCodeAt(1)];
  return Array.from({ length: to - from + 1 }, (_, offset) => String.fromCharCode(from + offset));
}

function splits(word: string): [string, string][] {
  return Array.from({ length: Math.max(word.length - 3, 0) }, (_, at) => [
    word.slice(0, at + 2),
    word.slice(at + 2),
  ]);
}

function isSpaced(word: string): boolean {
  return word < "\u0e00" || (word > "\u10ff" && word < "\u1780");
}
