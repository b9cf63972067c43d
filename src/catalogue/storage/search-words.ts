import {
  apart,
  isSpellable,
  nearest,
  nearSpan,
  spelledOut,
  type NearSpan,
} from "../domain/search/near-words.ts";
import type { NearWords, RankedQuery } from "../domain/search/rank.ts";

/** A word of the vocabulary that the user may have meant. */
export interface FoundWord {
  asked: string;
  word: string;
}

/** Maximum number of words with the same beginning that are compared. */
const MAX_COMPARED = 3000;

/**
 * `?1` is the result of `spansOf` as JSON. Each span is a range of the index. Reading a word of the
 * vocabulary reads all its occurrences, so it is done only for a search that has neither an exact
 * match (`?3`: titles, names; `?4`: beginnings of titles with its words) nor `?5` books with its
 * words (`?2`).
 */
export const WORDS_OF_SPANS = `
  SELECT asked.value ->> 'word' AS asked, term AS word
  FROM (
    SELECT CASE
      WHEN EXISTS (SELECT 1 FROM BookSearch WHERE BookSearch MATCH ?3) THEN 1
      WHEN (SELECT count(*) FROM (SELECT 1 FROM BookSearch WHERE BookSearch MATCH ?2 LIMIT ?5)) >= ?5 THEN 1
      ELSE EXISTS (SELECT 1 FROM BookSearch WHERE BookSearch MATCH format('(%s) AND (%s)', ?4, ?2))
    END AS is_enough
  ) AS found
  CROSS JOIN json_each(iif(found.is_enough, '[]', ?1)) AS asked
  CROSS JOIN SearchTerms ON term >= asked.value ->> 'head' AND term < asked.value ->> 'headEnd'
  WHERE length(term) BETWEEN length(asked.value ->> 'word') - 1 AND length(asked.value ->> 'word') + 1
  LIMIT ${MAX_COMPARED}`;

// ?1 lists of words by typed word.
const WORDS_SPELLED_OUT = `
  SELECT asked.key AS asked, term AS word
  FROM json_each(?1) AS asked, json_each(asked.value) AS other CROSS JOIN SearchTerms ON term = other.value`;

/** The parts of the vocabulary with the words that a user may have meant. */
export function spansOf(query: RankedQuery): NearSpan[] {
  const typed = typedWords(query).flatMap((word) => nearSpan(word) ?? []);
  const wholes = joinedWords(query).map(({ whole }) => whole);
  return [
    ...typed,
    ...wholes.map((whole) => ({ word: whole, head: whole, headEnd: `${whole}\u0001` })),
  ];
}

/**
 * The words that a user may have meant by each word. For words not explained by `found`, all
 * variants are looked up with one more statement.
 * @param found the vocabulary's words in the spans
 * @param unexplained the words not explained by `found`
 */
export async function nearWords(
  db: D1Database,
  query: RankedQuery,
  found: readonly FoundWord[],
  unexplained: readonly string[],
): Promise<NearWords> {
  const vocabulary = byAsked(found);
  if (unexplained.length > 0) {
    const lists = JSON.stringify(
      Object.fromEntries(unexplained.map((word) => [word, spelledOut(word)])),
    );
    const { results } = await db.prepare(WORDS_SPELLED_OUT).bind(lists).all<FoundWord>();
    for (const [word, others] of byAsked(results)) {
      vocabulary.set(word, [...(vocabulary.get(word) ?? []), ...others]);
    }
  }
  const joined = joinedWords(query).filter(({ whole }) => vocabulary.has(whole));
  return new Map(
    typedWords(query).map((word) => {
      const words = vocabulary.get(word) ?? [];
      return [
        word,
        [
          ...nearest(word, words).map((other) => [other]),
          ...apart(word, new Set(words)),
          ...joined.flatMap(({ parts, whole }) => (parts.includes(word) ? [[whole]] : [])),
        ],
      ];
    }),
  );
}

/**
 * The words of a search that no book has; `lone` are those without a neighbour in their span. A
 * neighbour is not always the meant word: `theif` is near `their`, and means `thief`.
 */
export function misspelled(
  query: RankedQuery,
  found: readonly FoundWord[],
): { all: readonly string[]; lone: readonly string[] } {
  const vocabulary = byAsked(found);
  const all = typedWords(query).filter(
    (word) => isSpellable(word) && vocabulary.get(word)?.includes(word) !== true,
  );
  const lone = all.filter((word) => nearest(word, vocabulary.get(word) ?? []).length === 0);
  return { all, lone };
}

/** Neighbours in the typed words that may be the parts of one word: `hitch hikers`. */
function joinedWords({ text }: RankedQuery): { parts: readonly string[]; whole: string }[] {
  const words = (text?.words ?? []).map(({ forms: [first = []] }) => first.join(" "));
  return words
    .slice(1)
    .map((word, index) => ({
      parts: [words[index] ?? "", word],
      whole: (words[index] ?? "") + word,
    }))
    .filter(({ whole }) => isSpellable(whole));
}

function typedWords({ text, author }: RankedQuery): string[] {
  const words = [...(text?.words ?? []), ...(author?.words ?? [])];
  return [
    ...new Set(words.flatMap(({ forms: [first = []] }) => (first.length === 1 ? first : []))),
  ];
}

function byAsked(found: readonly FoundWord[]): Map<string, string[]> {
  const lists = new Map<string, string[]>();
  for (const { asked, word } of found) {
    const list = lists.get(asked);
    if (list) list.push(word);
    else lists.set(asked, [word]);
  }
  return lists;
}
