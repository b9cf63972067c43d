import { apart, nearest, nearSpan, type NearSpan } from "../domain/search/near-words.ts";
import type { NearWords, RankedQuery } from "../domain/search/rank.ts";

/** A word of the vocabulary that may be one typing error away from a typed word. */
export interface FoundWord {
  asked: string;
  word: string;
}

/** More words than this that begin or end alike are not compared. */
const MAX_COMPARED = 3000;

// Each half is a range of an index.
export const NEAR_WORDS = `
  SELECT asked.value ->> 'word' AS asked, SearchWords.word FROM json_each(?1) AS asked
    JOIN SearchWords ON SearchWords.word >= asked.value ->> 'head' AND SearchWords.word < asked.value ->> 'headEnd'
    WHERE length(SearchWords.word) BETWEEN (asked.value ->> 'length') - 1 AND (asked.value ->> 'length') + 1
  UNION
  SELECT asked.value ->> 'word', SearchWords.word FROM json_each(?1) AS asked
    JOIN SearchWords ON reversed >= asked.value ->> 'tail' AND reversed < asked.value ->> 'tailEnd'
    WHERE length(SearchWords.word) BETWEEN (asked.value ->> 'length') - 1 AND (asked.value ->> 'length') + 1
  UNION
  SELECT asked.value ->> 'word', SearchWords.word
    FROM json_each(?1) AS asked, json_each(asked.value -> 'exact') AS other
    JOIN SearchWords ON SearchWords.word = other.value
  LIMIT ${MAX_COMPARED}`;

/**
 * The statement that adds the words of texts to the vocabulary. It belongs into the batch that writes the texts. `?1` is
 * the result of `searchTextsOf` as JSON.
 * @param condition as for `writeSearchTexts`
 */
export const writeSearchWords = (condition: string): string => `
  INSERT INTO SearchWords (word, reversed)
  SELECT word.value ->> 0, word.value ->> 1
  FROM json_each(?1) AS made, json_each(made.value -> 'words') AS word WHERE ${condition}
  ON CONFLICT DO NOTHING`;

/** The parts of the vocabulary that have the words a user may have meant. */
export function spansOf({ text, author }: RankedQuery): (NearSpan & { length: number })[] {
  const typed = [...(text?.words ?? []), ...(author?.words ?? [])].flatMap(({ forms }) =>
    forms[0]?.length === 1 ? forms[0] : [],
  );
  return [...new Set(typed)].flatMap((word) => {
    const span = nearSpan(word);
    return span ? [{ ...span, length: word.length }] : [];
  });
}

/** The words that a user may have meant for each word. */
export function nearWordsOf(found: readonly FoundWord[]): NearWords {
  const byWord = new Map<string, string[]>();
  for (const { asked, word } of found) addTo(byWord, asked, word);
  return new Map(
    [...byWord].map(([word, vocabulary]) => [
      word,
      [...nearest(word, vocabulary).map((other) => [other]), ...apart(word, new Set(vocabulary))],
    ]),
  );
}

function addTo(lists: Map<string, string[]>, key: string, value: string): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
