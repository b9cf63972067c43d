import { foldLetters } from "./fold.ts";

/** The words of a folded text, and other spellings that users search for. */
export interface WordForms {
  readonly words: readonly string[];
  readonly also: readonly string[];
}

/**
 * A word with the marks that join its parts: apostrophes, hyphens, full stops. Five symbols are
 * newer than the index's Unicode tables, which treat them as letters, so they are part of words
 * here too.
 */
const WORD =
  /[\p{L}\p{N}\p{M}\u218a\u218b\u2427-\u2429]+(?:['’ʼ‘.‐‑-][\p{L}\p{N}\p{M}\u218a\u218b\u2427-\u2429]+)*/gu;
const LETTER = /[\p{L}\p{N}]/u;
const APOSTROPHE = /['’ʼ‘]/u;
const SEPARATOR = /[.‐‑-]/u;
/** `&` anywhere, `+` between spaces. */
const AND_SIGN = /&|(?<=\s)\+(?=\s)/gu;
/** Thai, Lao, Burmese, Khmer, Chinese, Japanese, Korean: indexed letter by letter, so that a phrase finds any part. */
const UNSPACED =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
/** `catch22`, `2nd`. */
const MIXED = /^(?:([a-z]{2,})([0-9]+)|([0-9]+)([a-z]{2,}))$/;
const ONE_LETTER = /^[a-z]$/;

/** The written words of a folded text, each as one string; `&` is the word `and`. */
export function writtenWords(folded: string): string[] {
  const words = folded.replace(AND_SIGN, " and ").match(WORD) ?? [];
  return words.filter((word) => LETTER.test(word));
}

/**
 * The index form of a text. A user's words are compared with `words` in order and with `also` in
 * any order.
 */
export function wordForms(text: string): WordForms {
  const all = writtenWords(foldLetters(text)).map(formsOf);
  const words = all.flatMap((form) => form.words);
  return { words, also: [...all.flatMap(({ also }) => also), ...initialsIn(words)] };
}

/**
 * The forms of one written word. An apostrophe joins (`don't` is `dont`, also `don`, `t`); hyphens
 * and full stops separate (`spider-man` is `spider man`, also `spiderman`).
 */
export function formsOf(word: string): WordForms {
  const parts = word.split(SEPARATOR).filter((part) => LETTER.test(part));
  const joined = parts.map((part) => part.split(APOSTROPHE).join(""));
  const words = joined.flatMap(spaced);
  const also = [
    ...(joined.length > 1 ? [joined.join("")] : []),
    ...parts.flatMap((part) => (APOSTROPHE.test(part) ? part.split(APOSTROPHE) : [])),
    ...joined.flatMap(halvesOf),
  ].filter((part) => !UNSPACED.test(part));
  return { words, also };
}

/** The letters and the digits of `catch22`; empty for any other word. */
export function halvesOf(word: string): string[] {
  return (MIXED.exec(word) ?? []).slice(1).filter((half) => half !== undefined);
}

/** Runs of single letters as one word: `jrr` for `j r r`. */
function initialsIn(words: readonly string[]): string[] {
  const runs: string[] = [];
  let run = "";
  for (const word of [...words, ""]) {
    if (ONE_LETTER.test(word)) run += word;
    else {
      if (run.length > 1) runs.push(run);
      run = "";
    }
  }
  return runs;
}

function spaced(word: string): string[] {
  if (!UNSPACED.test(word)) return [word];
  const letters = Array.from(word, (letter) => (UNSPACED.test(letter) ? ` ${letter} ` : letter));
  return letters
    .join("")
    .split(" ")
    .filter((part) => part !== "");
}
