import { KEY } from "../domain/search/index-text.ts";
import { queryText, type QueryText, type QueryWord } from "../domain/search/query-words.ts";
import type { NearWords, RankedQuery } from "../domain/search/rank.ts";
import type { SearchQuery } from "../domain/search/text.ts";
import { isMinor } from "../domain/search/title-keys.ts";

/** Three FTS5 expressions for one search. */
export interface SearchMatch {
  /** Every word somewhere, the last one as a prefix. */
  readonly matching: string;
  /** A whole title, with or without its subtitle; a series with a number; an author's name. */
  readonly exact: string;
  /** Titles that begin with the words; as `exact` for a search by author alone. */
  readonly starts: string;
}

/** With more words, a missing word is allowed only if no typing error is searched for. */
const MAX_NEAR_WORDS = 8;

/**
 * A word with three letters or digits, or in another script, which is specific enough to be
 * searched for alone. `5` and `it` are in too many books.
 */
const TELLING = /[^ -~]|[a-z\d]{3}/;

/** The search in the form of the index. */
export function rankedQuery(query: SearchQuery): RankedQuery {
  if (query.kind === "anywhere") return { anywhere: true, text: queryText(query.words) };
  return {
    anywhere: false,
    ...(query.title ? { text: queryText(query.title) } : {}),
    ...(query.author ? { author: queryText(query.author) } : {}),
  };
}

/**
 * The FTS5 expressions of a search. Words are quoted and contain only letters, digits and marks, so no input can act as
 * FTS5 syntax.
 */
export function searchMatch({ text, author, anywhere }: RankedQuery): SearchMatch {
  const written = author && `authors : (${everyWord(author)})`;
  if (!text) {
    const named = `authors : (${author ? nameKeys(author) : ""})`;
    return { matching: both(written), exact: both(named), starts: both(named) };
  }
  const words = anywhere ? everyWord(text) : `{title subtitle} : (${everyWord(text)})`;
  const title = `main_title : (${titleKeys(text)})`;
  const names = anywhere ? ` OR (authors : (${nameKeys(text)}))` : "";
  return {
    matching: both(words, written),
    exact: both(`(${title})${names}`, written),
    starts: both(`main_title : "${KEY.full}${text.start}" *`, written),
  };
}

/** FTS5 expressions for near matches. */
export interface NearMatch {
  /** Every word, as typed or with a typing error. */
  readonly close: string;
  /** Every word but one. */
  readonly loose: string;
}

/**
 * The expressions for a search in which words may have typing errors or one word may be missing.
 */
export function nearMatch(query: RankedQuery, near: NearWords): NearMatch {
  const text = query.text ?? query.author;
  const spelled = (word: QueryWord, index: number, { length }: readonly unknown[]): string =>
    anySpelling(
      [...word.forms, ...(near.get(word.forms[0]?.join(" ") ?? "") ?? [])],
      index === length - 1 ? " *" : "",
    );
  const columns = query.anywhere ? "" : query.text ? "{title subtitle} : " : "authors : ";
  const besides = query.text && query.author;
  const authors = besides && `authors : (${besides.words.map(spelled).join(" AND ")})`;
  const all = (text?.words ?? []).map((word, index, words) => ({
    typed: word.forms[0]?.join(" ") ?? "",
    spelled: spelled(word, index, words),
  }));
  const major = all.filter(({ typed }) => !isMinor(typed));
  const needed = major.length > 0 ? major : all;
  const close = both(`${columns}${everyOf(needed)}`, authors);
  if (needed.length < 2 || needed.length > MAX_NEAR_WORDS) return { close, loose: close };
  const others = needed.map((_, index) => needed.filter((__, at) => at !== index));
  const telling = others.filter((words) => words.some(({ typed }) => TELLING.test(typed)));
  const without = (telling.length > 0 ? telling : others).map(everyOf);
  return { close, loose: both(`${columns}(${without.join(" OR ")})`, authors) };
}

function everyOf(words: readonly { readonly spelled: string }[]): string {
  return `(${words.map(({ spelled }) => spelled).join(" AND ")})`;
}

function both(...expressions: (string | undefined)[]): string {
  return expressions
    .filter((expression) => expression !== undefined)
    .map((expression) => `(${expression})`)
    .join(" AND ");
}

function everyWord({ words }: QueryText): string {
  const last = words.length - 1;
  const every = words.map(({ forms }, index) => anySpelling(forms, index === last ? " *" : ""));
  return [...new Set(every)].join(" AND ");
}

function anySpelling(forms: readonly (readonly string[])[], suffix: string): string {
  return `(${forms.map((parts) => `"${parts.join(" ")}"${suffix}`).join(" OR ")})`;
}

function titleKeys({ titleKeys: keys, seriesKeys }: QueryText): string {
  const all = [
    ...keys.flatMap((key) => [KEY.full + key, KEY.main + key, KEY.series + key]),
    ...seriesKeys.map((key) => KEY.series + key),
  ];
  return [...new Set(all)].map((key) => `"${key}"`).join(" OR ");
}

function nameKeys({ titleKeys: keys }: QueryText): string {
  return keys.flatMap((key) => [`"${KEY.name}${key}"`, `"${KEY.family}${key}"`]).join(" OR ");
}
