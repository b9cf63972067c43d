import type { Book } from "../../../../contract/catalogue.ts";
import { DomainError } from "../../../platform/errors.ts";
import { type BookField, filledFields } from "./book-fields.ts";
import type { Claim } from "./claims.ts";
import { combine } from "./combine.ts";
import { toIsbn10 } from "../isbn/isbn.ts";
import { present } from "../text/json-values.ts";
import type { ProviderBook, ProviderId } from "../provider.ts";

/** One provider's answer and its time (ISO 8601, UTC). */
export interface DatedAnswer {
  readonly provider: ProviderId;
  readonly book: ProviderBook;
  readonly fetchedAt: string;
}

const EDITION_FIRST: readonly string[] = ["openlibrary", "google-books"];
const TEXT_FIRST: readonly string[] = ["google-books", "openlibrary"];

/**
 * Which provider wins if both have a value. Open Library describes the edition and is asked first, so that a title does
 * not change when Google's answer is added; it has large covers, and its authors have keys. Google has the publisher's
 * text and subject headings, exact dates, and the language, which Open Library's batched answers lack.
 */
const PREFERENCE: Readonly<Record<BookField, readonly string[]>> = {
  title: EDITION_FIRST,
  subtitle: EDITION_FIRST,
  authors: EDITION_FIRST,
  authorsDetailed: EDITION_FIRST,
  publisher: EDITION_FIRST,
  publishedDate: TEXT_FIRST,
  publicationYear: TEXT_FIRST,
  pageCount: EDITION_FIRST,
  language: TEXT_FIRST,
  categories: TEXT_FIRST,
  description: TEXT_FIRST,
  imageLinks: EDITION_FIRST,
  coverUrl: EDITION_FIRST,
  identifiers: EDITION_FIRST,
  series: EDITION_FIRST,
  workId: EDITION_FIRST,
  firstPublicationYear: EDITION_FIRST,
  binding: EDITION_FIRST,
  originalTitle: EDITION_FIRST,
  languageTag: TEXT_FIRST,
};

/** @param wanted the provider that takes precedence over the table */
const byPreference =
  (wanted?: ProviderId) =>
  (field: BookField, first: Claim, second: Claim): number => {
    const rank = ({ provider }: Claim): number =>
      provider === wanted ? -1 : PREFERENCE[field].indexOf(provider);
    return rank(first) - rank(second) || byDate(field, first, second);
  };

function byDate(_field: BookField, first: Claim, second: Claim): number {
  return second.at - first.at;
}

function toStored(isbn13: string, { provider, book, fetchedAt }: DatedAnswer): Book {
  return present({
    ...book,
    popularity: undefined,
    isbn: isbn13,
    isbn10: toIsbn10(isbn13),
    provider,
    sources: [{ provider, fetchedAt, fields: filledFields(book) }],
    updatedAt: fetchedAt,
  });
}

/**
 * Merges the answers of one lookup into a book, whatever their order. `provider` is the only contributing provider, or
 * `merged`; `sources` lists the fields of each; `updatedAt` is the newest `fetchedAt`. There must be at least one
 * answer. `prefer` takes precedence over the preference table.
 */
export function mergeAnswers(
  isbn13: string,
  answers: readonly DatedAnswer[],
  prefer?: ProviderId,
): Book {
  const [first, ...others] = answers.map((answer) => toStored(isbn13, answer));
  if (first === undefined)
    throw new DomainError("INTERNAL_ERROR", "At least one answer is needed for a merge.");
  return others.reduce((merged, book) => combine(merged, book, byPreference(prefer)), first);
}

/**
 * Merges a book into a stored one of the same ISBN. Each field has the date of its own source: a newer value wins, an
 * older one only fills blanks, and a blank erases nothing. Writing the same book again changes nothing, and the order
 * of writes does not matter as long as no two dates are equal.
 */
export function mergeStored(existing: Book, incoming: Book): Book {
  return combine(existing, incoming, byDate);
}
