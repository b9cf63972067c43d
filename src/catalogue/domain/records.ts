import { isBlank, type BookField } from "./merge/book-fields.ts";
import { detailsOf } from "./text/contributors.ts";
import { present } from "./text/json-values.ts";
import type { ProviderAnswer, ProviderBook, ProviderSearchAnswer, TitleQuery } from "./provider.ts";

/** Asks the provider for one record, within the caller's budget. */
export type AskRecord = (query: TitleQuery) => Promise<ProviderSearchAnswer>;

type Found = Extract<ProviderAnswer, { kind: "found" }>;

/** A field that only the record of the work has. */
const OF_WORK = "firstPublicationYear";
const EDITION_ID = /^OL\d+M$/;

/** Fields for which the records are read. Other fields of the records are used as well. */
export const WANTED: readonly BookField[] = ["language", "description", "workId"];

/** Whether the records of the edition and its work may have fields that this answer lacks. */
export function wantsRecords(answer: ProviderAnswer): answer is Found {
  if (answer.kind !== "found") return false;
  const isOpen = (answer.unanswered ?? []).some((field) => field !== OF_WORK);
  return (isOpen || isBlank(answer.book, "authors")) && editionOf(answer.book) !== undefined;
}

/** Whether a book lacks something for which the records are read. */
export function lacksWanted(book: Pick<ProviderBook, BookField>): boolean {
  return isBlank(book, "authors") || WANTED.some((field) => isBlank(book, field));
}

/** Open Library's id of the edition and its record. */
export function editionOf(book: Pick<ProviderBook, "identifiers">): string | undefined {
  const id = book.identifiers?.["openLibrary"];
  return id !== undefined && EDITION_ID.test(id) ? id : undefined;
}

/**
 * Fills the blanks of an answer from the edition's own record, and its description from the record
 * of the work. Existing values are kept. The fields of an unavailable record remain `unanswered`.
 */
export async function completeFromRecords(answer: Found, ask: AskRecord): Promise<Found> {
  const edition = editionOf(answer.book);
  if (edition === undefined || !wantsRecords(answer)) return answer;
  const { isbn } = answer.book;
  const record = await ask({ edition, isbn13: isbn, limit: 1 });
  if (record.kind === "failed") return answer;
  const [own] = record.books;
  const book = own === undefined ? answer.book : filledFrom(answer.book, own);
  const { workId } = book;
  // The year is in the work's record, which is only read for a description.
  if (!isBlank(book, "description") || workId === undefined) {
    return answered(book, isBlank(book, OF_WORK) ? [OF_WORK] : []);
  }
  const work = await ask({ workRecord: workId, limit: 1 });
  if (work.kind === "failed") return answered(book, ["description", OF_WORK]);
  return answered({ ...book, ...withoutBlanks(book, work.work ?? {}) });
}

function answered(book: ProviderBook, unanswered: readonly BookField[] = []): Found {
  return { kind: "found", book, ...(unanswered.length === 0 ? {} : { unanswered }) };
}

/** The answer with blanks filled from the record, and with the record's other people. */
function filledFrom(book: ProviderBook, record: ProviderBook): ProviderBook {
  const authors = isBlank(book, "authors") ? record.authors : book.authors;
  const known = [...(book.authorsDetailed ?? []), ...(record.authorsDetailed ?? [])];
  return present({
    ...book,
    ...withoutBlanks(book, record),
    authors,
    authorsDetailed: detailsOf(authors, known),
  });
}

/** The fields that the record has and the book lacks. */
function withoutBlanks(book: ProviderBook, record: Partial<ProviderBook>): Partial<ProviderBook> {
  const taken = Object.entries(record).filter(
    ([name, value]) => value !== undefined && isBlank(book, name as BookField),
  );
  return Object.fromEntries(taken);
}
