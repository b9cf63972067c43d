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
 * match (`?3`, `?4`: titles, names, beginnings of titles) nor `?5` books with its words (`?2`).
 */
export const WORDS_OF_SPANS = `
  SELECT asked.value ->> 'word' AS asked, term AS word
  FROM (
    SELECT CASE
      WHEN EXISTS (SELECT 1 FROM BookSearch WHERE BookSearch MATCH ?3) THEN 1
      WHEN (SELECT count(*) FROM (SELECT 1 FROM BookSearch WHERE BookSearch MATCH ?2 LIMIT ?5)) >= ?5 THEN 1
      ELSE EXISTS (SELECT 1 FROM BookSearch WHERE BookSearch MATCH ?4)
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
  return typedWords(query).flatMap((word) => nearSpan(word) ?? []);
}

/**
 * The words that a user may have meant by each word. For words not explained by `found`, all
 * variants are looked up with one more statement.
 * @param found the vocabulary's words in the spans
 */
export async function nearWords(
  db: D1Database,
  query: RankedQuery,
  found: readonly FoundWord[],
): Promise<NearWords> {
  const vocabulary = byAsked(found);
  const open = typedWords(query).filter((word) => {
    const words = vocabulary.get(word) ?? [];
    return isSpellable(word) && !words.includes(word) && nearest(word, words).length === 0;
  });
  if (open.length > 0) {
    const lists = JSON.stringify(Object.fromEntries(open.map((word) => [word, spelledOut(word)])));
    const { results } = await db.prepare(WORDS_SPELLED_OUT).bind(lists).all<FoundWord>();
    for (const [word, others] of byAsked(results)) {
      vocabulary.set(word, [...(vocabulary.get(word) ?? []), ...others]);
    }
  }
  return new Map(
    [...vocabulary].map(([word, words]) => [
      word,
      [...nearest(word, words).map((other) => [other]), ...apart(word, new Set(words))],
    ]),
  );
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
