import { END, KEY } from "./index-text.ts";
import type { QueryText, QueryWord } from "./query-words.ts";
import { isMinor, keysOf } from "./title-keys.ts";

/** The properties of an indexed book that determine its rank. */
export interface Candidate {
  readonly isbn: string;
  /** Index texts; see `IndexText`. */
  readonly title: string;
  readonly mainTitle: string | null;
  readonly subtitle: string | null;
  readonly authors: string | null;
  /** The number of a provider's users who have the book. */
  readonly popularity: number;
  /** The full-text score, lower is better; 0 where it is unknown. */
  readonly score: number;
}

/** A search in the form of the index. */
export interface RankedQuery {
  /** Words of any field, or of the title if `author` is given. */
  readonly text?: QueryText | undefined;
  readonly author?: QueryText | undefined;
  /** Whether the words of `text` may be in any field. */
  readonly anywhere: boolean;
  /** The spellings that count as a word with a typing error. */
  readonly near?: NearWords | undefined;
}

/** For each word as typed: phrases of index words that differ by a typing error. */
export type NearWords = ReadonlyMap<string, readonly (readonly string[])[]>;

/** Kinds of match, best first. */
export const KIND = {
  name: 0,
  whole: 1,
  main: 2,
  series: 3,
  family: 4,
  start: 5,
  words: 6,
} as const;

/** A ranked book: `cost` counts errors, `kind` is one of `KIND`. */
export interface Ranked {
  readonly isbn: string;
  readonly cost: number;
  readonly kind: number;
}

/** Costs of a word with a typing error, and of a word that the book does not have. */
const ERROR = 1;
export const MISSING = 3;
/** Scores within 4 % of each other are equal. */
const SCORE_STEPS = 25;

interface Read {
  readonly titleWords: readonly string[];
  /** Words of the title without subtitle and series. */
  readonly main: ReadonlySet<string>;
  readonly titles: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly beside: ReadonlySet<string>;
  readonly keys: readonly string[];
}

interface WordMatch {
  readonly cost: number;
  /** The matching words of the book, if any. */
  readonly words: readonly string[];
  readonly inNames: boolean;
  /** Whether only the beginning of a word was typed. */
  readonly begun: boolean;
}

const NO_WORDS: ReadonlySet<string> = new Set();

/**
 * Books in order of rank: fewest errors first; then an author's own books, whole titles, titles without subtitle, series
 * with number, titles that begin with the words, others by score. Popularity decides between equals.
 */
export function rankBooks(query: RankedQuery, candidates: readonly Candidate[]): Ranked[] {
  const ranks = candidates.map((candidate, index) => {
    const { cost, kind, nearness } = matchBook(query, readCandidate(candidate));
    const score = candidate.score < 0 ? -Math.round(Math.log(-candidate.score) * SCORE_STEPS) : 0;
    const { isbn, popularity } = candidate;
    const rest =
      kind === KIND.words ? [...nearness, score, -popularity] : [-popularity, ...nearness];
    return { isbn, cost, kind, order: [cost, kind, ...rest, score, index] };
  });
  return ranks
    .sort((a, b) => compare(a.order, b.order))
    .map(({ isbn, cost, kind }) => ({ isbn, cost, kind }));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}

function readCandidate({ title, mainTitle, subtitle, authors }: Candidate): Read {
  const [words = "", also = ""] = title.split(END);
  const titleWords = wordsOf(words);
  const names = wordsOf(authors ?? "");
  const main = wordsOf((mainTitle ?? "").split(END)[0] ?? "");
  return {
    main: new Set(main.length > 0 ? main : titleWords),
    titleWords,
    titles: new Set([...titleWords, ...wordsOf(also)]),
    names: new Set(names),
    beside: new Set(wordsOf(subtitle ?? "")),
    keys: [...wordsOf(mainTitle ?? ""), ...names].filter((word) => word > END),
  };
}

function wordsOf(text: string): string[] {
  return text.split(" ").filter((word) => word !== "" && word !== END);
}

/** How a book matches. `nearness` orders books of the same kind, lower first. */
interface Match {
  readonly cost: number;
  readonly kind: number;
  readonly nearness: readonly number[];
}

function matchBook(query: RankedQuery, read: Read): Match {
  const { text, author, anywhere, near } = query;
  const inTitle = anywhere ? read : { ...read, names: NO_WORDS };
  const inNames = { ...read, titles: NO_WORDS, beside: NO_WORDS };
  const named = author && matchWords(author, near, inNames);
  const cost = costOf(named ?? []);
  if (!text) return { cost, kind: kindOfName(author?.titleKeys ?? [], read), nearness: [] };
  const matches = matchWords(text, near, inTitle);
  const kind = kindOf(text, matches, anywhere, read);
  const nearness = kind === KIND.start ? [shortestStart(text, read)] : placeInTitle(matches, read);
  return { cost: cost + costOf(matches), kind, nearness };
}

/** The length of the shortest title that begins with the text. */
function shortestStart({ start }: QueryText, read: Read): number {
  const keys = read.keys.filter((key) =>
    [KEY.full, KEY.main].some((mark) => key.startsWith(mark + start)),
  );
  return Math.min(...keys.map((key) => key.length));
}

/**
 * The number of words that are neither in the author's name nor in the title without subtitle and
 * series; then whether the title begins with another word.
 */
function placeInTitle(matches: readonly WordMatch[], { main }: Read): number[] {
  const words = matches.filter(({ inNames }) => !inNames).map((match) => match.words);
  const outside = words.filter((some) => !some.every((word) => main.has(word))).length;
  const first = [...main].find((word) => !isMinor(word)) ?? "";
  return [outside, words.some((some) => some.includes(first)) ? 0 : 1];
}

function kindOf(
  text: QueryText,
  matches: readonly WordMatch[],
  anywhere: boolean,
  read: Read,
): number {
  const isWhole = matches.every(({ begun }) => !begun);
  const meant = isWhole ? keysOf(matches.flatMap(({ words }) => words)) : [];
  const keys = [...text.titleKeys, ...meant];
  const start = read.keys.some((key) => key.startsWith(KEY.full + text.start));
  return Math.min(
    kindOfTitle([...keys, ...text.seriesKeys], read),
    ...(anywhere ? [kindOfName(keys, read), kindWithAuthor(matches, read)] : []),
    start ? KIND.start : KIND.words,
  );
}

function costOf(matches: readonly WordMatch[]): number {
  return matches.reduce((sum, match) => sum + match.cost, 0);
}

/** The kind of match if the keys are a title's. */
function kindOfTitle(keys: readonly string[], read: Read): number {
  const has = (mark: string): boolean => keys.some((key) => read.keys.includes(mark + key));
  if (has(KEY.full)) return KIND.whole;
  if (has(KEY.main)) return KIND.main;
  return has(KEY.series) ? KIND.series : KIND.words;
}

function kindOfName(keys: readonly string[], read: Read): number {
  if (keys.some((key) => read.keys.includes(KEY.name + key))) return KIND.name;
  return keys.some((key) => read.keys.includes(KEY.family + key)) ? KIND.family : KIND.words;
}

/** The kind of match for a title together with words of the author's name, in any order. */
function kindWithAuthor(matches: readonly WordMatch[], read: Read): number {
  const rest = matches.filter(({ inNames }) => !inNames).flatMap(({ words }) => words);
  if (rest.length === 0 || matches.every(({ inNames }) => !inNames)) return KIND.words;
  const isWhole = matches.every(
    ({ inNames, begun, words }) => words.length > 0 && (inNames || !begun),
  );
  if (!isWhole) return KIND.words;
  const kind = kindOfTitle(keysOf(rest), read);
  if (kind !== KIND.words) return Math.max(kind, KIND.main);
  const all = matches.flatMap(({ words }) => words);
  const major = read.titleWords.filter((word) => !isMinor(word));
  return major.every((word) => all.includes(word)) ? KIND.main : KIND.words;
}

function matchWords(text: QueryText, near: NearWords | undefined, read: Read): WordMatch[] {
  const last = text.words.length - 1;
  return text.words.map((word, index) => matchWord(word, index === last, near, read));
}

function matchWord(
  { forms }: QueryWord,
  begun: boolean,
  near: NearWords | undefined,
  read: Read,
): WordMatch {
  const exact = forms.find((form) => form.every((part) => has(part, read)));
  if (exact) return found(0, exact, read);
  for (const form of begun ? forms : []) {
    const whole = completed(form, read);
    if (whole) return found(0, whole, read, true);
  }
  const others = near?.get(forms[0]?.join(" ") ?? "") ?? [];
  const other = others.find((form) => form.every((part) => has(part, read)));
  if (other) return found(ERROR, other, read);
  return { cost: MISSING, words: [], inNames: false, begun: false };
}

/** The form with its last part completed to the book's word. */
function completed(form: readonly string[], read: Read): string[] | undefined {
  const parts = form.slice(0, -1);
  const start = form.at(-1) ?? "";
  if (!parts.every((part) => has(part, read))) return undefined;
  for (const words of [read.titles, read.names, read.beside]) {
    for (const word of words) if (word.startsWith(start)) return [...parts, word];
  }
  return undefined;
}

function has(part: string, read: Read): boolean {
  return read.titles.has(part) || read.names.has(part) || read.beside.has(part);
}

function found(cost: number, words: readonly string[], read: Read, begun = false): WordMatch {
  return { cost, words, inNames: words.every((word) => read.names.has(word)), begun };
}
