/** Derived values for filters and orders, computed once per book. */
import type { ListedBook } from "../../../state/library.ts";

interface Prepared {
  words?: string;
  title?: string;
  author?: string;
}

const known = new WeakMap<ListedBook, Prepared>();

function preparedOf(book: ListedBook): Prepared {
  const found = known.get(book) ?? {};
  known.set(book, found);
  return found;
}

/** Text without case and accents: "Façade" is found by "facade", "Straße" by "strasse". */
export function folded(text: string): string {
  const lower = text.toLowerCase();
  // Fast path: most texts are ASCII, for which this is many times faster than decomposing.
  if (/^[ -~]*$/.test(lower)) return lower;
  return lower
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll("ß", "ss")
    .replaceAll("ø", "o")
    .replaceAll("ł", "l")
    .replaceAll(/[‘’]/g, "'");
}

/** All searchable words of a book. */
export function wordsOf(book: ListedBook): string {
  const prepared = preparedOf(book);
  prepared.words ??= folded(
    [
      book.title,
      book.subtitle ?? "",
      ...book.authors,
      ...(book.series ?? []).map(({ name }) => name),
      ...book.tags,
      book.publisher ?? "",
      book.isbn,
      book.isbn10 ?? "",
    ].join("\n"),
  );
  return prepared.words;
}

/** Leading articles, which are ignored when sorting titles. */
const ARTICLE = /^(?:the|an?|der|die|das|eine?|le|la|les|el|los|las|il|l'|un|une)[ ]+(?=\S)/;

/** The sort key of a title: without case, accents, leading punctuation and article. */
export function titleKey(book: ListedBook): string {
  const prepared = preparedOf(book);
  prepared.title ??= folded(book.title)
    .replace(/^[^\p{L}\p{N}]+/u, "")
    .replace(ARTICLE, "");
  return prepared.title;
}

/** The sort key of an author, with the family name first; empty without an author. */
export function authorKey(book: ListedBook): string {
  const prepared = preparedOf(book);
  prepared.author ??= familyFirst(folded(book.authors[0] ?? "").trim());
  return prepared.author;
}

function familyFirst(name: string): string {
  if (name.includes(",")) return name;
  const at = name.lastIndexOf(" ");
  return at < 0 ? name : `${name.slice(at + 1)} ${name.slice(0, at)}`;
}

/** The latest finish date of the book. */
export function finishedAt(book: ListedBook): string | undefined {
  let newest: string | undefined;
  for (const { finishedAt } of book.readings) {
    if (finishedAt !== undefined && (newest === undefined || finishedAt > newest)) {
      newest = finishedAt;
    }
  }
  return newest;
}

/** The open reading, or else the one that was added last. */
export const newestReading = ({
  readings,
}: ListedBook): ListedBook["readings"][number] | undefined =>
  readings.findLast(({ finishedAt }) => finishedAt === undefined) ?? readings.at(-1);
