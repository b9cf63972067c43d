/** The user's description of a book that no catalogue has, as form texts. */
import { dateOf, partsOf, type DateParts } from "../partial-date.ts";

export interface OwnWords {
  readonly title: string;
  /** One per line. */
  readonly authors: string;
  readonly subtitle: string;
  readonly publisher: string;
  readonly published: DateParts;
  readonly pageCount: string;
  /** ISO 639-1, or empty. */
  readonly language: string;
  /** Separated by commas. */
  readonly categories: string;
  readonly description: string;
}

/** The details of a book that the form has. */
export interface Described {
  title?: string;
  authors?: readonly string[];
  subtitle?: string | undefined;
  publisher?: string | undefined;
  publishedDate?: string | undefined;
  publicationYear?: number | undefined;
  pageCount?: number | undefined;
  language?: string | undefined;
  categories?: readonly string[];
  description?: string | undefined;
}

/** The stored details; `null` for fields that the user has left empty. */
export interface StoredWords {
  title: string;
  authors: string[] | null;
  subtitle: string | null;
  publisher: string | null;
  publishedDate: string | null;
  pageCount: number | null;
  language: string | null;
  categories: string[] | null;
  description: string | null;
}

export type WordsFault = "title" | "published" | "pageCount";

export function wordsOf(book: Described): OwnWords {
  return {
    title: book.title ?? "",
    authors: (book.authors ?? []).join("\n"),
    subtitle: book.subtitle ?? "",
    publisher: book.publisher ?? "",
    published: partsOf(book.publishedDate ?? book.publicationYear?.toString().padStart(4, "0")),
    pageCount: book.pageCount?.toString() ?? "",
    language: book.language ?? "",
    categories: (book.categories ?? []).join(", "),
    description: book.description ?? "",
  };
}

/** The fields to store, or the invalid ones. */
export function storedWords(words: OwnWords): StoredWords | WordsFault[] {
  const faults: WordsFault[] = [];
  const title = words.title.trim();
  const published = dateOf(words.published);
  const pages = words.pageCount.trim();
  const areWrong = pages !== "" && !(/^\d{1,6}$/.test(pages) && isPageCount(Number(pages)));
  if (title === "") faults.push("title");
  if ("fault" in published) faults.push("published");
  if (areWrong) faults.push("pageCount");
  if (faults.length > 0 || "fault" in published) return faults;
  return {
    title,
    authors: listOf(words.authors, "\n"),
    subtitle: textOf(words.subtitle),
    publisher: textOf(words.publisher),
    publishedDate: published.date ?? null,
    pageCount: pages === "" ? null : Number(pages),
    language: textOf(words.language),
    categories: listOf(words.categories, ","),
    description: textOf(words.description),
  };
}

/** Only the fields that have a value. */
type Defined<Fields> = { [Name in keyof Fields]?: NonNullable<Fields[Name]> };

/** The same for a new book, for which there is nothing to clear. */
export const definedWords = (words: StoredWords): Defined<StoredWords> & { title: string } => ({
  ...(Object.fromEntries(
    Object.entries(words).filter(([, value]) => value !== null),
  ) as Defined<StoredWords>),
  title: words.title,
});

const isPageCount = (count: number): boolean => count >= 1 && count <= 100_000;

const textOf = (text: string): string | null => (text.trim() === "" ? null : text.trim());

function listOf(text: string, separator: string): string[] | null {
  const items = text
    .split(separator)
    .map((item) => item.trim())
    .filter((item) => item !== "");
  return items.length === 0 ? null : items;
}
