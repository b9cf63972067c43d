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

/** By the table, then the newer value. A source that the table does not list is compared by date alone. */
function byPreference(field: BookField, first: Claim, second: Claim): number {
  const rank = ({ provider }: Claim): number => PREFERENCE[field].indexOf(provider);
  const [one, other] = [rank(first), rank(second)];
  const isListed = one >= 0 && other >= 0;
  return (isListed ? one - other : 0) || second.at - first.at;
}

/** The wanted provider before the table. */
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
 * Merges the answers of one lookup into a book, whatever their order. `provider` is the only contributing provider, or
 * `merged`; `sources` lists the fields of each; `updatedAt` is the newest `fetchedAt`. There must be at least one
 * answer.
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
 * A stored book as a caller sees it who prefers one provider: that provider's sound values before all others. The
 * record itself stays as it is.
 */
export function preferring(wanted: ProviderId, book: Book, answers: readonly DatedAnswer[]): Book {
  return answers
    .filter(({ provider }) => provider === wanted)
    .map((answer) => toStored(book.isbn, answer))
    .reduce((merged, answer) => combine(merged, answer, byWish(wanted)), book);
}

/**
 * Merges a book into a stored one of the same ISBN. What a source has answered again replaces all that it gave before,
 * so a value that it no longer gives goes; between sources the better value wins, as in one lookup. Writing the same
 * book again changes nothing, and of two books it does not matter which is written first as long as no two dates are
 * equal.
 * @param answered providers that have answered for `incoming` and may have nothing in it: they no longer have the book
 */
export function mergeStored(
  existing: Book,
  incoming: Book,
  answered: readonly ProviderId[] = [],
): Book {
  const newer = answeredIn(incoming, answered);
  const before = answeredIn(existing);
  const [old, found] = [withoutSuperseded(existing, newer), withoutSuperseded(incoming, before)];
  // Each side's title may be from a source that the other side has heard again. A book keeps a title in any case.
  const keep: BookField[] = old.title === "" && found.title === "" ? ["title"] : [];
  const merged = combine(
    withoutSuperseded(existing, newer, keep),
    withoutSuperseded(incoming, before, keep),
    byPreference,
  );
  return withUnusedAnswers(merged, latestOf(before, newer));
}
