import type { Book } from "../../../../contract/catalogue.ts";
import { DomainError } from "../../../platform/errors.ts";
import { type BookField, filledFields } from "./book-fields.ts";
import type { Claim } from "./claims.ts";
import { combine } from "./combine.ts";
import { toIsbn10 } from "../isbn/isbn.ts";
import { answeredIn, latestOf, withoutSuperseded, withUnusedAnswers } from "./superseded.ts";
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

/**
 * By the table, then the newer value. Sources that are not in the table are compared by date alone.
 */
function byPreference(field: BookField, first: Claim, second: Claim): number {
  const rank = ({ provider }: Claim): number => PREFERENCE[field].indexOf(provider);
  const [one, other] = [rank(first), rank(second)];
  const isListed = one >= 0 && other >= 0;
  return (isListed ? one - other : 0) || second.at - first.at;
}

/** The preferred provider takes precedence over the table. */
const byWish =
  (wanted: ProviderId) =>
  (field: BookField, first: Claim, second: Claim): number =>
    Number(second.provider === wanted) - Number(first.provider === wanted) ||
    byPreference(field, first, second);

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
 * Merges the answers of one lookup into a book, regardless of their order. `provider` is the only
 * contributing provider, or `merged`; `sources` lists the fields of each; `updatedAt` is the newest
 * `fetchedAt`. There must be at least one answer.
 */
export function mergeAnswers(isbn13: string, answers: readonly DatedAnswer[]): Book {
  const [first, ...others] = answers.map((answer) => toStored(isbn13, answer));
  if (first === undefined)
    throw new DomainError("INTERNAL_ERROR", "At least one answer is needed for a merge.");
  const merged = others.reduce((one, book) => combine(one, book, byPreference), first);
  const answered = [first, ...others].map((book) => answeredIn(book)).reduce(latestOf);
  return withUnusedAnswers(merged, answered);
}

/**
 * A stored book for a caller that prefers one provider: that provider's values without faults take
 * precedence. The record itself is unchanged.
 */
export function preferring(wanted: ProviderId, book: Book, answers: readonly DatedAnswer[]): Book {
  return answers
    .filter(({ provider }) => provider === wanted)
    .map((answer) => toStored(book.isbn, answer))
    .reduce((merged, answer) => combine(merged, answer, byWish(wanted)), book);
}

/**
 * Merges a book into a stored one of the same ISBN. A newer answer of a source replaces all its
 * earlier values, including those that it no longer has; between sources the better value wins, as
 * in one lookup. Writing the same book again changes nothing, and the order of writes does not
 * matter as long as no two dates are equal.
 * @param answered providers that have answered for `incoming`, including those that no longer have
 * the book
 */
export function mergeStored(
  existing: Book,
  incoming: Book,
  answered: readonly ProviderId[] = [],
): Book {
  const newer = answeredIn(incoming, answered);
  const before = answeredIn(existing);
  const [old, found] = [withoutSuperseded(existing, newer), withoutSuperseded(incoming, before)];
  // Each side's title may be from a source that has answered again for the other side. A book must
  // always keep a title.
  const keep: BookField[] = old.title === "" && found.title === "" ? ["title"] : [];
  const merged = combine(
    withoutSuperseded(existing, newer, keep),
    withoutSuperseded(incoming, before, keep),
    byPreference,
  );
  return withUnusedAnswers(merged, latestOf(before, newer));
}
