import type { Key } from "./title-keys.ts";
import { titleKeys } from "./title-keys.ts";
import { nameKeys } from "./name-keys.ts";
import { wordForms } from "./word-forms.ts";

/**
 * Version of the index text. Increment it when `indexTextOf` produces different texts, with a
 * migration that replaces `idx_books_unfolded`; a scheduled task then folds all books again.
 */
export const FOLD = 2;

/** The indexed text of a book. Every column has words, `END`, then other spellings and keys. */
export interface IndexText {
  readonly title: string;
  /** The title without subtitle and series, if it has them, and the keys of the title. */
  readonly mainTitle: string;
  /** Subtitle and series. */
  readonly subtitle: string | null;
  /** Each name ends with `END`. */
  readonly authors: string | null;
}

/** The fields that the index text is built from. */
export interface IndexedBook {
  readonly title: string;
  readonly subtitle?: string | null | undefined;
  readonly authors: readonly string[];
  readonly series?:
    | readonly { readonly name: string; readonly position?: string | undefined }[]
    | undefined;
}

/** A private-use character, indexed as a separate word. */
export const END = "\ue000";
/** The first character of each kind of key, so that a key is one word that no text can contain. */
export const KEY = {
  full: "\ue001",
  main: "\ue002",
  series: "\ue003",
  name: "\ue004",
  family: "\ue005",
} as const;

/** Maximum length in code points. */
const MAX_TITLE = 500;
const MAX_SUBTITLE = 500;
const MAX_AUTHORS = 1000;
const PRIVATE_USE = /[\ue000-\uf8ff]/gu;

/** Builds the indexed text of a book. */
export function indexTextOf({ title, subtitle, authors, series = [] }: IndexedBook): IndexText {
  const whole = clean(title, MAX_TITLE);
  const keys = titleKeys(whole, series);
  const names = clean(authors.join("\n"), MAX_AUTHORS).split("\n");
  const nameForms = names.map(wordForms);
  const allNames = names.map(nameKeys);
  const beside = [
    subtitle ?? "",
    ...series.map(({ name, position }) => `${name} ${position ?? ""}`),
  ];
  return {
    title: line(wordForms(whole)),
    mainTitle: [
      ...(keys.main.length > 0 ? wordForms(whole.split(/: | \(/u)[0] ?? "").words : []),
      END,
      ...marked(KEY.full, keys.full),
      ...marked(KEY.main, keys.main),
      ...marked(KEY.series, keys.series),
    ].join(" "),
    subtitle: beside.every((text) => text === "")
      ? null
      : line(wordForms(clean(beside.join(" "), MAX_SUBTITLE))),
    authors:
      authors.length === 0
        ? null
        : [
            ...nameForms.flatMap(({ words }) => [...words, END]),
            ...nameForms.flatMap(({ also }) => also),
            ...allNames.flatMap(({ whole: keys }) => marked(KEY.name, keys)),
            ...allNames.flatMap(({ family }) => marked(KEY.family, family)),
          ].join(" "),
  };
}

function line({ words, also }: ReturnType<typeof wordForms>): string {
  return [...words, END, ...also].join(" ");
}

function marked(mark: string, keys: readonly Key[]): string[] {
  return keys.map((key) => mark + key);
}

function clean(text: string, points: number): string {
  const cut = text.length <= points ? text : Array.from(text).slice(0, points).join("");
  return cut.replace(PRIVATE_USE, " ");
}
