import { END_OF_TITLE, indexedForm } from "../domain/search/index-text.ts";
import type { SearchQuery, SearchText, SearchWord } from "../domain/search/text.ts";

/** Two FTS5 expressions for one search. */
export interface SearchMatch {
  /** Broad match: every word somewhere, the last one as a prefix. */
  matching: string;
  /** Exact match: the whole title, or the author's name as typed. */
  exact: string;
}

/** Initials as users type them: `JRR`. */
const INITIALS = /^[A-Za-z]{2,3}$/;
/** A possessive without its apostrophe: `enders`. */
const POSSESSIVE = /^\p{L}{2,}s$/iu;

/**
 * The FTS5 expressions of a search. Words are quoted and contain only letters, digits and marks, so no input can act as
 * FTS5 syntax.
 */
export function searchMatch(query: SearchQuery): SearchMatch {
  if (query.kind === "anywhere") {
    return { matching: everyWord(query.words), exact: wholeTitle(query.words) };
  }
  const title = query.title && `{title subtitle} : (${everyWord(query.title)})`;
  const author = query.author && `authors : (${everyWord(query.author)})`;
  const exact = query.title ? wholeTitle(query.title) : undefined;
  const name = query.author && `authors : ${phrase(query.author.words.flat())}`;
  return {
    matching: both(title, author),
    exact: exact === undefined ? both(name) : both(exact, author),
  };
}

function both(...expressions: (string | undefined)[]): string {
  return expressions
    .filter((expression) => expression !== undefined)
    .map((expression) => `(${expression})`)
    .join(" AND ");
}

function everyWord({ words }: SearchText): string {
  const whole = words.slice(0, -1).map((word) => anySpelling(word, ""));
  const begun = words.slice(-1).map((word) => anySpelling(word, " *"));
  return [...new Set([...whole, ...begun])].join(" AND ");
}

function anySpelling(word: SearchWord, suffix: string): string {
  const spellings = spellingsOf(word).map((parts) => phrase(parts) + suffix);
  return `(${spellings.join(" OR ")})`;
}

/** Spellings of a word in the catalogue: joined, in parts, with the points or the apostrophe that a user left out. */
function spellingsOf(word: SearchWord): SearchWord[] {
  const [only = "", ...more] = word;
  if (more.length > 0) return [word, [word.join("")]];
  if (INITIALS.test(only)) return [word, Array.from(only)];
  if (POSSESSIVE.test(only)) return [word, [only.slice(0, -1), "s"]];
  return [word];
}

function wholeTitle({ words }: SearchText): string {
  return `{title main_title} : ^ ${phrase([...words.flat(), END_OF_TITLE])}`;
}

function phrase(parts: SearchWord): string {
  return `"${parts.map(indexedForm).join(" ")}"`;
}
