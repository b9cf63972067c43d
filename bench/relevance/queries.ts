import { seededRandom } from "../../test/tools/stand-in/random.ts";
import type { ListedBook } from "./listed-book.ts";

/** Kinds of queries that users type. */
export const QUERY_KINDS = [
  "exact",
  "no subtitle",
  "no article",
  "title + author",
  "Last, First title",
  "author + word",
  "prefix",
  "one typo",
  "series + number",
  "name only",
] as const;
export type QueryKind = (typeof QUERY_KINDS)[number];

/** A query, and the books of which its user expects to find one. */
export interface Query {
  readonly kind: QueryKind;
  readonly typed: string;
  readonly expected: ReadonlySet<string>;
}

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const ARTICLE = /^(?:the|an?) /i;
const SERIES = /\(([^()]+?),? #(\d+)\)$/;

/**
 * Derives `count` queries from a list of titles, in equal parts of each kind. A query expects any
 * book that matches it: any edition of a title, and any book by an author for a name alone. Titles
 * that are an author's name are excluded, because the author's own books rank first.
 */
export function derivedQueries(books: readonly ListedBook[], count: number, seed = 11): Query[] {
  const random = seededRandom(seed);
  const pick = <Item>(items: readonly Item[]): Item | undefined =>
    items[Math.floor(random() * items.length)];
  const expected = expectations(books);
  const names = new Set(books.flatMap(({ authors }) => authors.map(plain)));
  const titled = books.filter(({ title }) => !names.has(plain(mainOf(title))));
  const each = Math.ceil(count / QUERY_KINDS.length);
  return QUERY_KINDS.flatMap((kind) => {
    const queries: Query[] = [];
    for (let tries = 0; queries.length < each && tries < 100 * each; tries += 1) {
      const book = pick(titled);
      const typed = book && typedAs(kind, book, random);
      if (!book || typed === undefined) continue;
      queries.push({ kind, typed, expected: expected(kind, book) });
    }
    return queries;
  }).slice(0, count);
}

type Expected = (kind: QueryKind, book: ListedBook) => ReadonlySet<string>;

function expectations(books: readonly ListedBook[]): Expected {
  const byTitle = grouped(books, (book) => [plain(mainOf(book.title))]);
  const bySeries = grouped(books, (book) => [seriesOf(book)?.join(" ").toLowerCase() ?? ""]);
  const byAuthor = grouped(books, ({ authors }) => authors);
  return (kind, book) => {
    const [author = ""] = book.authors;
    const own = byAuthor.get(author) ?? [];
    const same = byTitle.get(plain(mainOf(book.title))) ?? [];
    switch (kind) {
      case "name only":
        return isbnsOf(own);
      case "author + word":
        return isbnsOf(own.filter(({ title }) => plain(title).includes(longestWord(book) ?? "")));
      case "series + number":
        return isbnsOf(bySeries.get(seriesOf(book)?.join(" ").toLowerCase() ?? "") ?? []);
      case "title + author":
      case "Last, First title":
        return isbnsOf(same.filter(({ authors }) => authors.includes(author)));
      case "exact":
      case "no subtitle":
      case "no article":
      case "prefix":
      case "one typo":
        return isbnsOf(same);
    }
  };
}

function grouped(
  books: readonly ListedBook[],
  keysOf: (book: ListedBook) => readonly string[],
): ReadonlyMap<string, readonly ListedBook[]> {
  const groups = new Map<string, ListedBook[]>();
  for (const book of books) {
    for (const key of keysOf(book)) {
      const group = groups.get(key);
      if (group) group.push(book);
      else groups.set(key, [book]);
    }
  }
  return groups;
}

function isbnsOf(books: readonly ListedBook[]): ReadonlySet<string> {
  return new Set(books.map(({ isbn }) => isbn));
}

function longestWord(book: ListedBook): string | undefined {
  const words = plain(mainOf(book.title))
    .split(" ")
    .filter((word) => word.length > 4);
  return words.sort((a, b) => b.length - a.length)[0];
}

function typedAs(kind: QueryKind, book: ListedBook, random: () => number): string | undefined {
  const [author = ""] = book.authors;
  const main = mainOf(book.title);
  switch (kind) {
    case "exact":
      return book.title;
    case "no subtitle":
      return main === book.title ? undefined : main;
    case "no article":
      return ARTICLE.test(main) ? main.replace(ARTICLE, "") : undefined;
    case "title + author":
      return author === "" ? undefined : `${main} ${author}`;
    case "Last, First title": {
      const words = author.split(" ");
      const last = words.pop() ?? "";
      return words.length === 0 ? undefined : `${last}, ${words.join(" ")} ${main}`;
    }
    case "author + word": {
      const word = longestWord(book);
      return word === undefined || author === "" ? undefined : `${author} ${word}`;
    }
    case "prefix": {
      if (main.length < 8) return undefined;
      return main.slice(0, Math.max(6, Math.ceil(main.length * (0.6 + 0.3 * random()))));
    }
    case "one typo":
      return mistyped(main, random);
    case "series + number":
      return seriesOf(book)?.join(" ");
    case "name only":
      return author === "" ? undefined : author;
  }
}

/**
 * The title with one letter of a word of five letters or more omitted, doubled, replaced or swapped
 * with the next.
 */
function mistyped(title: string, random: () => number): string | undefined {
  const places = [...title.matchAll(/[a-z]{5,}/gi)];
  const place = places[Math.floor(random() * places.length)];
  if (!place) return undefined;
  const [word] = place;
  const at = 1 + Math.floor(random() * (word.length - 2));
  const letter = LETTERS.charAt(Math.floor(random() * LETTERS.length));
  const [before, after] = [word.slice(0, at), word.slice(at + 1)];
  const wrong = [
    before + after,
    before + word.charAt(at) + word.charAt(at) + after,
    before + letter + after,
    before + after.charAt(0) + word.charAt(at) + after.slice(1),
  ][Math.floor(random() * 4)];
  if (wrong === undefined || wrong === word) return undefined;
  return title.slice(0, place.index) + wrong + title.slice(place.index + word.length);
}

/** The title without its subtitle and a series in brackets. */
function mainOf(title: string): string {
  return (
    title
      .replace(/ \(.*$/u, "")
      .split(": ")[0]
      ?.trim() ?? title
  );
}

function seriesOf({ title }: ListedBook): [name: string, number: string] | undefined {
  const [, name, number] = SERIES.exec(title) ?? [];
  return name === undefined || number === undefined || name.includes(";")
    ? undefined
    : [name, number];
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N} ]+/gu, " ")
    .replace(/ +/gu, " ")
    .trim();
}
