import { foldLetters } from "./fold.ts";
import { wordForms } from "./word-forms.ts";

/**
 * All letters of a title or a name without spaces, so that it does not depend on how words are
 * joined.
 */
export type Key = string;

/** Longer keys are truncated. */
export const MAX_KEY = 80;

/** The keys of a title. Each list has the key with and without a leading article. */
export interface TitleKeys {
  readonly full: readonly Key[];
  /** Keys of the title without subtitle and series. */
  readonly main: readonly Key[];
  /** Keys of the name of a series followed by the number in it. */
  readonly series: readonly Key[];
}

const CONNECTIVES = new Set(["and", "und", "et"]);
const ARTICLES = new Set(
  "the a an der die das ein eine le la les l un une el los las il lo gli i de het een o os as".split(
    " ",
  ),
);
/** `Hobbit, The`. */
const INVERTED = /^(.+), (the|an?|der|die|das|le|la|les|el|los|las|il|l')$/;
const SUBTITLE = /: |; | \(| \[| [-–—] | \/ /u;
const SERIES = /[([]([^()[\]]+)[)\]]/gu;
const NUMBERED =
  /^(.*?)[\s,:;-]*(?:#|\b(?:book|bk|vol|volume|band|bd|buch|teil|tome|tomo|libro|no|nr|part)\b\.?)?\s*#?([0-9]+(?:\.[0-9]+)?)$/u;

/** Whether a word does not help to identify a title. */
export function isMinor(word: string): boolean {
  return CONNECTIVES.has(word) || ARTICLES.has(word);
}

/** The key of some words, without `and`. */
export function keyOf(words: readonly string[]): Key {
  const major = words.filter((word) => !CONNECTIVES.has(word));
  return (major.length > 0 ? major : words).join("").slice(0, MAX_KEY);
}

/** The key with and without a leading article. */
export function keysOf(words: readonly string[]): Key[] {
  const [first = "", ...rest] = words;
  const whole = keyOf(words);
  return ARTICLES.has(first) && rest.length > 0
    ? [whole, keyOf(rest)]
    : whole === ""
      ? []
      : [whole];
}

const keysOfText = (text: string): Key[] => keysOf(wordForms(text).words);

/** @param series the series that the catalogue has in addition to the title */
export function titleKeys(
  title: string,
  series: readonly { readonly name: string; readonly position?: string | undefined }[] = [],
): TitleKeys {
  const folded = foldLetters(title).trim();
  const [, rest, article] = INVERTED.exec(folded) ?? [];
  const straight = rest === undefined ? folded : `${article} ${rest}`;
  const cuts = [straight.split(SUBTITLE)[0] ?? "", straight.split(/ \(| \[/u)[0] ?? ""];
  const full = keysOfText(straight);
  const main = cuts.filter((cut) => cut !== straight).flatMap(keysOfText);
  const named = [...straight.matchAll(SERIES)].flatMap(([, inside = ""]) =>
    inside.split(";").flatMap(numberedKeys),
  );
  const given = series.flatMap(({ name, position }) =>
    position === undefined ? [] : numberedKeys(`${foldLetters(name)} #${position}`),
  );
  return { full, main: distinct(main), series: distinct([...named, ...given]) };
}

/**
 * The keys of a series and a number (`dune, #2`, `dune 2`, `dune book 2`); empty for any other
 * text.
 */
export function numberedKeys(folded: string): Key[] {
  const [, name = "", number = ""] = NUMBERED.exec(folded.trim()) ?? [];
  const words = wordForms(name).words;
  if (words.length === 0) return [];
  return keysOf([...words, number.replace(".", "d")]);
}

function distinct(keys: readonly Key[]): Key[] {
  return [...new Set(keys)].filter((key) => key !== "");
}
