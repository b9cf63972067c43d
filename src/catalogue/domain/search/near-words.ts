/** A part of the vocabulary that contains every word one typing error away from a word. */
export interface NearSpan {
  readonly word: string;
  /** Words that begin with this, in the order of the letters. */
  readonly head: string;
  readonly headEnd: string;
  /** Words that end with this, as the beginning of their reverse. */
  readonly tail: string;
  readonly tailEnd: string;
  /** Words with exactly these letters: two letters swapped, or a space left out. */
  readonly exact: readonly string[];
}

/** Shorter words have too many neighbours. */
const MIN_LENGTH = 4;
const MAX_LENGTH = 24;
const LETTERS = /^[\p{L}\p{M}]+$/u;
const LAST_LETTER = "\uffff";

/** Whether typing errors are looked for in a word, and whether the vocabulary has it. */
export function isSpellable(word: string): boolean {
  const { length } = word;
  return length >= MIN_LENGTH - 1 && length <= MAX_LENGTH && LETTERS.test(word) && isSpaced(word);
}

export function reversed(word: string): string {
  return Array.from(word).reverse().join("");
}

/**
 * One typing error leaves the first or the second half of a word as it is, unless it swaps the two letters in the
 * middle. Undefined for a word that is too short or not made of letters.
 */
export function nearSpan(word: string): NearSpan | undefined {
  if (!isSpellable(word)) return undefined;
  const swaps = swapped(word);
  if (word.length < MIN_LENGTH) {
    return { word, head: word, headEnd: word, tail: word, tailEnd: word, exact: swaps };
  }
  const half = Math.floor(word.length / 2);
  const head = word.slice(0, half);
  const tail = reversed(word.slice(half));
  return {
    word,
    head,
    headEnd: head + LAST_LETTER,
    tail,
    tailEnd: tail + LAST_LETTER,
    exact: [...swaps, ...splits(word).flat()],
  };
}

/** The words of a vocabulary that are one typing error away from a word, best first, at most `MAX_NEAR`. */
export function nearest(word: string, vocabulary: readonly string[]): string[] {
  return vocabulary
    .filter((other) => other !== word && isOneErrorAway(word, other))
    .sort((a, b) => weight(word, a) - weight(word, b) || (a < b ? -1 : 1))
    .slice(0, MAX_NEAR);
}

const MAX_NEAR = 12;

/** Two words of a vocabulary that are this word without the space. */
export function apart(word: string, vocabulary: ReadonlySet<string>): [string, string][] {
  return splits(word).filter(([a, b]) => vocabulary.has(a) && vocabulary.has(b));
}

/** Whether one letter is left out, added or replaced, or two neighbours are swapped. */
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

function swapped(word: string): string[] {
  return Array.from(
    { length: word.length - 1 },
    (_, at) => word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
  );
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
