import { PLAIN_LETTERS } from "./letters.ts";

/** What the index holds of a book. */
export interface IndexText {
  /** Ends in `END_OF_TITLE`. */
  readonly title: string;
  /**
   * The title without subtitle and series, if it has them: a query for just this part also means this book. Ends in
   * `END_OF_TITLE`.
   */
  readonly mainTitle: string | null;
  readonly subtitle: string | null;
  /** All names, separated by spaces. */
  readonly authors: string | null;
}

/** A private-use character: a phrase from the start of a title to this character matches the whole title. */
export const END_OF_TITLE = "\ue000";

/** In code points. */
const MAX_TITLE = 500;
const MAX_SUBTITLE = 500;
const MAX_AUTHORS = 1000;

const NOT_ASCII = /[^\0-\x7f]/gu;
/** Thai, Lao, Burmese, Khmer, Chinese, Japanese, Korean: indexed letter by letter, so that a phrase finds any part. */
const UNSPACED =
  /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9f\u{20000}-\u{3ffff}]/u;
/**
 * Punctuation, currencies, arrows, technical and other symbols, emoji. Those that are newer than SQLite's tables would
 * count as letters.
 */
const SYMBOL =
  /[\u2000-\u206f\u20a0-\u20cf\u2190-\u23ff\u2500-\u2775\u2794-\u2bff\u2e00-\u2e7f\u{1f10d}-\u{1faff}]/u;

/** A text in its indexed form: of a book when it is stored, and of a user's words when they are searched for. */
export function indexedForm(text: string): string {
  return text.replace(NOT_ASCII, indexedLetter);
}

function indexedLetter(letter: string): string {
  if (UNSPACED.test(letter)) return ` ${letter} `;
  if (SYMBOL.test(letter)) return " ";
  return PLAIN_LETTERS.get(letter) ?? letter;
}

/** The text that the index holds of a book with these values. */
export function indexTextOf(book: {
  readonly title: string;
  readonly subtitle?: string | null | undefined;
  readonly authors: readonly string[];
}): IndexText {
  const title = indexedForm(cut(book.title, MAX_TITLE));
  const end = title.replaceAll(" (", ": ").indexOf(": ");
  return {
    title: `${title} ${END_OF_TITLE}`,
    mainTitle: end > 0 ? `${title.slice(0, end)} ${END_OF_TITLE}` : null,
    subtitle:
      typeof book.subtitle === "string" ? indexedForm(cut(book.subtitle, MAX_SUBTITLE)) : null,
    authors: book.authors.length > 0 ? indexedForm(cut(book.authors.join(" "), MAX_AUTHORS)) : null,
  };
}

function cut(text: string, points: number): string {
  return text.length <= points ? text : Array.from(text).slice(0, points).join("");
}
