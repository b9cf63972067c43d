/** One word of a search in its parts, of letters, digits and marks alone: `Ender's` is `["Ender", "s"]`. */
export type SearchWord = readonly string[];

/** What a reader typed into a search: its words as they were written, and their parts; there is at least one. */
export interface SearchText {
  readonly text: string;
  readonly words: readonly SearchWord[];
}

/** What is searched for: words anywhere in a book's title, subtitle and authors, or words in the fields named. */
export type SearchQuery =
  | { readonly kind: "anywhere"; readonly words: SearchText }
  | {
      readonly kind: "fields";
      readonly title?: SearchText | undefined;
      readonly author?: SearchText | undefined;
    };

/** The words of a text, or why it cannot be searched for, as the end of a sentence that begins with its name. */
export type ReadText = { ok: true; text: SearchText } | { ok: false; message: string };

/** The longest titles in catalogues have about 250 characters; 300 keep every question to the index cheap. */
export const MAX_CHARACTERS = 300;
export const MAX_WORDS = 40;

/** What is neither text nor space: control characters, lone surrogates, private use, characters that are none. */
const NO_TEXT = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}]+/gu;
/**
 * Letters and digits with their marks; what stands alone between two such, without space, joins them into one word. Five
 * symbols are younger than the index's tables of Unicode, which take them for letters, so that they part nothing here either.
 */
const WORD =
  /[\p{L}\p{N}\p{M}\u218a\u218b\u2427-\u2429]+(?:['’ʼ.‐‑-][\p{L}\p{N}\p{M}\u218a\u218b\u2427-\u2429]+)*/gu;
const PART = /[\p{L}\p{N}\p{M}\u218a\u218b\u2427-\u2429]+/gu;
const LETTER = /[\p{L}\p{N}]/u;

/** Reads what a reader typed; any string is fine. Nothing in it has a meaning of its own, quotes and stars included. */
export function readSearchText(typed: string): ReadText {
  const clean = typed.normalize("NFC").replace(NO_TEXT, " ").trim();
  const { length } = Array.from(clean);
  if (length > MAX_CHARACTERS) {
    return no(`is ${length} characters long: give at most ${MAX_CHARACTERS}`);
  }
  const written = (clean.match(WORD) ?? []).filter((word) => LETTER.test(word));
  if (written.length === 0) return no("holds no letter or digit to search for");
  const words = written.map(partsOf);
  const count = words.flat().length;
  if (count > MAX_WORDS) return no(`has ${count} words: give at most ${MAX_WORDS}`);
  return { ok: true, text: { text: written.join(" "), words } };
}

function partsOf(word: string): SearchWord {
  return (word.match(PART) ?? []).filter((part) => LETTER.test(part));
}

function no(message: string): ReadText {
  return { ok: false, message };
}
