import type { Book } from "../../../../contract/catalogue.ts";
import { DomainError } from "../../../platform/errors.ts";
import { Decision, type Prefer } from "./claims.ts";
import { toIsbn10 } from "../isbn/isbn.ts";
import { present } from "../text/json-values.ts";

/** A full date beats the year alone if the years are equal, and any date beats a bare year. */
function byPrecision(first: Book, second: Book): number {
  const [a = "", b = ""] = [first.publishedDate, second.publishedDate];
  return a.slice(0, 4) === b.slice(0, 4) ? b.length - a.length : 0;
}

/** A thumbnail is not used as the cover if there is a larger image among `pictures`. */
function withLargestCover(book: Book, pictures: Record<string, string> = {}): Book {
  const larger = pictures["large"] ?? pictures["medium"];
  const isSmall = book.coverUrl !== undefined && book.coverUrl === pictures["thumbnail"];
  return isSmall && larger !== undefined ? { ...book, coverUrl: larger } : book;
}

function yearOf(publishedDate: string | undefined): number | undefined {
  return publishedDate === undefined ? undefined : Number(publishedDate.slice(0, 4));
}

/**
 * Merges two books of the same ISBN field by field. A blank never beats a value, and a less precise date never beats a
 * more precise one of the same year; otherwise `prefer` decides. Images and identifiers are merged name by name.
 */
export function combine(one: Book, other: Book, prefer: Prefer): Book {
  if (one.isbn !== other.isbn) {
    throw new DomainError("INTERNAL_ERROR", "Only answers for one ISBN can be merged.");
  }
  const pictures = new Decision(one, other, prefer).unite("imageLinks");
  const decision = new Decision(
    withLargestCover(one, pictures),
    withLargestCover(other, pictures),
    prefer,
  );
  const dated = decision.choose("publishedDate", byPrecision(one, other));
  const publishedDate = decision.pick("publishedDate", dated);
  // Date and year must agree, so they come from the same side.
  const year = decision.pick("publicationYear", dated ?? decision.choose("publicationYear"));
  const fields = present({
    title: decision.pick("title") ?? one.title,
    subtitle: decision.pick("subtitle"),
    authors: decision.pick("authors") ?? [],
    authorsDetailed: decision.pick("authorsDetailed"),
    publisher: decision.pick("publisher"),
    publishedDate,
    publicationYear: year ?? yearOf(publishedDate),
    pageCount: decision.pick("pageCount"),
    language: decision.pick("language"),
    categories: decision.pick("categories") ?? [],
    description: decision.pick("description"),
    imageLinks: decision.unite("imageLinks"),
    coverUrl: decision.pick("coverUrl"),
    identifiers: decision.unite("identifiers"),
    series: decision.pick("series"),
    workId: decision.pick("workId"),
    firstPublicationYear: decision.pick("firstPublicationYear"),
    binding: decision.pick("binding"),
    originalTitle: decision.pick("originalTitle"),
    languageTag: decision.pick("languageTag"),
  });
  const newest = Date.parse(other.updatedAt) > Date.parse(one.updatedAt) ? other : one;
  return {
    isbn: one.isbn,
    ...present({ isbn10: toIsbn10(one.isbn) }),
    ...fields,
    provider: decision.provider(),
    sources: decision.sources(),
    updatedAt: newest.updatedAt,
  };
}
