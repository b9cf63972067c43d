import type { Book } from "../../../../contract/catalogue.ts";
import { DomainError } from "../../../platform/errors.ts";
import { Decision, type Prefer } from "./claims.ts";
import { toIsbn10 } from "../isbn/isbn.ts";
import { detailsOf } from "../text/contributors.ts";
import { withoutRepeated } from "../text/title.ts";
import { present } from "../text/json-values.ts";

/** A thumbnail is not used as the cover if there is a larger image among `pictures`. */
function withLargestCover(book: Book, pictures: Record<string, string> = {}): Book {
  const larger = pictures["large"] ?? pictures["medium"];
  const isSmall = book.coverUrl !== undefined && book.coverUrl === pictures["thumbnail"];
  return isSmall && larger !== undefined ? { ...book, coverUrl: larger } : book;
}

function yearOf(publishedDate: string | undefined): number | undefined {
  return publishedDate === undefined ? undefined : Number(publishedDate.slice(0, 4));
}

/** The book without a subtitle that the winning title already contains. */
function withoutRepeatedSubtitle(title: string, book: Book): Book {
  const subtitle = withoutRepeated(title, book.subtitle);
  return subtitle === book.subtitle ? book : { ...book, subtitle };
}

/** The winning authors with matching details, from their side or else from the other side. */
function peopleOf(
  one: Book,
  other: Book,
  decision: Decision,
): Pick<Book, "authors" | "authorsDetailed"> {
  const side = decision.choose("authors") ?? decision.choose("authorsDetailed") ?? "first";
  const [own, others] = side === "first" ? [one, other] : [other, one];
  const authors = decision.pick("authors", side) ?? [];
  const detailed = detailsOf(authors, own.authorsDetailed);
  const borrowed = detailed ?? detailsOf(authors, others.authorsDetailed);
  const lender = side === "first" ? "second" : "first";
  decision.credit("authorsDetailed", borrowed ? [detailed ? side : lender] : []);
  return present({ authors, authorsDetailed: borrowed });
}

/**
 * Merges two books of the same ISBN field by field. A blank never beats a value; of two values the one with fewer faults
 * wins (`faultsOf`), then the more exact one; otherwise `prefer` decides. Images and identifiers are merged name by name.
 */
export function combine(one: Book, other: Book, prefer: Prefer): Book {
  if (one.isbn !== other.isbn) {
    throw new DomainError("INTERNAL_ERROR", "Only answers for one ISBN can be merged.");
  }
  const pictures = new Decision(one, other, prefer).unite("imageLinks");
  const title = new Decision(one, other, prefer).pick("title") ?? one.title;
  const [first, second] = [one, other].map((book) =>
    withLargestCover(withoutRepeatedSubtitle(title, book), pictures),
  ) as [Book, Book];
  const decision = new Decision(first, second, prefer);
  const dated = decision.choose("publishedDate");
  const publishedDate = decision.pick("publishedDate", dated);
  // Date and year must agree, so they come from the same side.
  const year = decision.pick("publicationYear", dated ?? decision.choose("publicationYear"));
  const fields = present({
    title: decision.pick("title") ?? title,
    subtitle: decision.pick("subtitle"),
    ...peopleOf(first, second, decision),
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
