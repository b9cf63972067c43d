import { foldLetters } from "./fold.ts";

/** The parts of one search word, which consist of letters, digits and marks only: `Ender's` is `["Ender", "s"]`. */
export type SearchWord = readonly string[];

/** A user's search text: its words as typed, and their parts. There is at least one word. */
export interface SearchText {
  readonly text: string;
  readonly words: readonly SearchWord[];
}

/** The search: words anywhere in a book's title, subtitle and authors, or words in given fields. */
export type SearchQuery =
  | { readonly kind: "anywhere"; readonly words: SearchText }
  | {
      readonly kind: "fields";
      readonly title?: SearchText | undefined;
      readonly author?: SearchText | undefined;
    };

/**
 * The words of a text, or why it cannot be searched: `message` completes a sentence that starts
 * with the field's name.
 */
export type ReadText = { ok: true; text: SearchText } | { ok: false; message: string };

/** The longest titles in catalogues have about 250 characters. The limit of 300 keeps every index query cheap. */
export const MAX_CHARACTERS = 300;
export const MAX_WORDS = 40;

/** Characters that are neither text nor space: control characters, unpaired surrogates, private use, unassigned. */
const NO_TEXT = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]+/gu;
/**
 * Letters and digits with their marks. A single other character between two of them, without spaces, joins them into
 * one word. Five symbols are newer than the index's Unicode tables, which treat them as letters, so they do not split
 * words here either.
 */
const WORD =
  /[\p{L}\p{N}\p{M}\u218a\u218b\u2427-\u2429]+(?:['’ʼ.‐‑-][\p{L}\p{N}\p{M}\u218a\u218b\u2427-\u2429]+)*/gu;
const PART = /[\p{L}\p{N}\p{M}\u218a\u218b\u2427-\u2429]+/gu;
const LETTER = /[\p{L}\p{N}]/u;

/** Parses a user's search text. Any string is allowed; no character is an operator, not even quotes and asterisks. */
export function readSearchText(typed: string): ReadText {
  const clean = typed.normalize("NFC").replace(NO_TEXT, " ").trim();
  const { length } = Array.from(clean);
  if (length > MAX_CHARACTERS) {
    return no(`must have at most ${MAX_CHARACTERS} characters; got ${length}`);
  }
  const written = (clean.match(WORD) ?? []).filter((word) => LETTER.test(foldLetters(word)));
  if (written.length === 0) return no("must contain a letter or digit to search for");
  const words = written.map(partsOf);
  const count = words.flat().length;
  if (count > MAX_WORDS) return no(`must have at most ${MAX_WORDS} words; got ${count}`);
  return { ok: true, text: { text: written.join(" "), words } };
}

function partsOf(word: string): SearchWord {
  return (word.match(PART) ?? []).filter((part) => LETTER.test(part));
}

function no(message: string): ReadText {
  return { ok: false, message };
}
