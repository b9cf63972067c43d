import { foldLetters } from "./fold.ts";
import type { SearchText } from "./text.ts";
import { keyOf, keysOf, numberedKeys, type Key } from "./title-keys.ts";
import { formsOf, halvesOf, writtenWords } from "./word-forms.ts";

/**
 * One word of a search with its accepted spellings, each a phrase of index words. The first is as
 * typed.
 */
export interface QueryWord {
  readonly forms: readonly (readonly string[])[];
}

/** A user's words in the form of the index. */
export interface QueryText {
  readonly words: readonly QueryWord[];
  /** Keys of the whole text as a title, with and without its article. */
  readonly titleKeys: readonly Key[];
  /** Keys of the text as a series and a number. */
  readonly seriesKeys: readonly Key[];
  /** The beginning of the keys of titles that start with the text. */
  readonly start: Key;
}

/** Initials as users type them: `JRR`. */
const INITIALS = /^[a-z]{2,3}$/;
/** A possessive without its apostrophe: `enders`. */
const POSSESSIVE = /^\p{L}{2,}s$/u;
const UMLAUT = /[äöü]/gu;
/** German spellings of umlauts. */
const DIGRAPH = /([aou])e/g;
const AND_FORMS = new Map([
  ["und", "and"],
  ["et", "and"],
]);

/** The forms of a user's words, including all catalogue spellings that users consider the same. */
export function queryText({ text }: SearchText): QueryText {
  const lower = text.toLowerCase().normalize("NFC");
  const written = text.split(" ").flatMap((word) => writtenWords(foldLetters(word)));
  const spelled = lower.replace(UMLAUT, (letter) => `${letter.normalize("NFD").charAt(0)}e`);
  const german = spelled === lower ? [] : spelled.split(" ").map((word) => foldLetters(word));
  const words = written.map((word, index) => wordOf(word, german[index]));
  const plain = words.map(({ forms: [first = []] }) => first).flat();
  return {
    words,
    titleKeys: keysOf(plain),
    seriesKeys: numberedKeys(foldLetters(text)),
    start: keyOf(
      plain.filter(
        (word, index) =>
          index < plain.length - 1 || !"and und et".split(" ").some((and) => and.startsWith(word)),
      ),
    ),
  };
}

function wordOf(word: string, german: string | undefined): QueryWord {
  const { words, also } = formsOf(word);
  const [only = "", ...more] = words;
  const forms = new Map([[words.join(" "), words]]);
  const add = (...form: readonly string[]): void => void forms.set(form.join(" "), form);
  if (more.length > 0) {
    if (also.includes(words.join(""))) add(words.join(""));
  } else {
    if (INITIALS.test(only)) add(...Array.from(only));
    if (POSSESSIVE.test(only)) add(only.slice(0, -1), "s");
    else if (also.length > 1 && /['’ʼ‘]/u.test(word)) add(...also.slice(0, 2));
    if (halvesOf(only).length > 0) add(...halvesOf(only));
    if (only.search(DIGRAPH) >= 0) add(only.replace(DIGRAPH, "$1"));
    if (german !== undefined && german !== word) add(...formsOf(german).words);
    const and = AND_FORMS.get(only);
    if (and !== undefined) add(and);
  }
  return { forms: [...forms.values()] };
}
