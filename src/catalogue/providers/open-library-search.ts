import { toCovers } from "../domain/merge/cover-images.ts";
import { isbn13sIn } from "../domain/isbn/values.ts";
import { toIsbn10 } from "../domain/isbn/isbn.ts";
import { asList, asObject, type JsonObject, present } from "../domain/text/json-values.ts";
import { toLanguage, toLanguageTag } from "../domain/text/language.ts";
import { toLine } from "../domain/merge/normalise.ts";
import { toCategories } from "../domain/text/categories.ts";
import { type People, toContributors, toPeople } from "../domain/text/contributors.ts";
import { toPageCount } from "../domain/text/page-count.ts";
import { toPublisher } from "../domain/text/publisher.ts";
import { toSubtitle, toTitle, withoutRepeated } from "../domain/text/title.ts";
import type { ProviderBook } from "../domain/provider.ts";
import { toPublished } from "../domain/text/published-date.ts";
import { type BookSeries, titleAndSeries, toSeries } from "../domain/text/series.ts";
import { coverById, keyOf, otherThan } from "./open-library-book.ts";

/** The fields that `toBook` reads, in the syntax of `search.json`. */
export const SEARCH_FIELDS =
  "key,title,subtitle,author_name,author_key,isbn,publisher,publish_date,language,number_of_pages_median,cover_i," +
  "subject,edition_count,first_publish_year,series_name,series_position,readinglog_count,editions,editions.key,editions.title,editions.subtitle,editions.isbn,editions.publisher," +
  "editions.publish_date,editions.language,editions.cover_i";

/** The only element of a one-element list. With several, the edition's own cannot be determined. */
function sole(value: unknown): unknown {
  const list = asList(value);
  return list.length === 1 ? list[0] : undefined;
}

/** The authors with their keys, if the result has a key for each of them. */
function toPeopleOf(doc: JsonObject): People {
  const names = asList(doc["author_name"]);
  const keys = asList(doc["author_key"]).map(toLine);
  const keyed = names.map((name, index) => ({ name, key: keys[index] }));
  return toPeople(
    names.length === keys.length
      ? toContributors(keyed, (author) => toLine(asObject(author)?.["key"]))
      : toContributors(names),
  );
}

/**
 * The ISBN-13 of an edition, if the list has only one. The named edition may have two, for example
 * also that of a set; its own is listed first, in either form.
 */
function isbnOf(isbns: unknown, isEdition: boolean): string | undefined {
  const [isbn13, ...others] = isbn13sIn(isbns);
  return others.length === 0 || (isEdition && others.length === 1) ? isbn13 : undefined;
}

/**
 * The edition of a search result. A result is a work whose `isbn` lists those of all editions,
 * which does not identify one. It is certain in two cases: the result names its best matching
 * edition (`editions`), which has one or two ISBN-13s, counting its ISBN-10 as the same; or the
 * whole work has only one.
 */
function editionOf(doc: JsonObject): { edition: JsonObject; isbn13: string } | undefined {
  const named = asObject(asList(asObject(doc["editions"])?.["docs"])[0]);
  for (const edition of [named, doc]) {
    const isbn13 = isbnOf(edition?.["isbn"], edition === named);
    if (edition !== undefined && isbn13 !== undefined) {
      return { edition, isbn13 };
    }
  }
  return undefined;
}

function toBook(result: unknown, covers: string): ProviderBook | undefined {
  const doc = asObject(result);
  const found = doc === undefined ? undefined : editionOf(doc);
  if (doc === undefined || found === undefined) return undefined;
  const { edition, isbn13 } = found;
  const people = toPeopleOf(doc);
  const title = toTitle(edition["title"], people.authors) ?? toTitle(doc["title"], people.authors);
  if (title === undefined) return undefined;
  const pages = doc["edition_count"] === 1 ? doc["number_of_pages_median"] : undefined;
  const openLibrary = /OL\d+M\b/.exec(toLine(edition["key"]) ?? "")?.[0];
  const titled = titleAndSeries(title, seriesOf(doc));
  return present({
    isbn: isbn13,
    isbn10: toIsbn10(isbn13),
    ...titled,
    subtitle: withoutRepeated(titled.title, toSubtitle(edition["subtitle"], people.authors)),
    ...people,
    publisher: toPublisher(sole(edition["publisher"])),
    ...toPublished(sole(edition["publish_date"])),
    pageCount: toPageCount(pages),
    language: toLanguage(sole(edition["language"])),
    categories: toCategories(doc["subject"]),
    ...toCovers(coverById(edition["cover_i"], covers)),
    identifiers: openLibrary === undefined ? undefined : { openLibrary },
    workId: keyOf(doc["key"]),
    firstPublicationYear: toPublished(doc["first_publish_year"]).publicationYear,
    originalTitle: otherThan(titled.title, toLine(doc["title"])),
    languageTag: toLanguageTag(sole(edition["language"])),
    popularity: toCount(doc["readinglog_count"]),
  });
}

/** The series that a result names, with positions in the same order. */
function seriesOf(doc: JsonObject): BookSeries[] {
  const positions = asList(doc["series_position"]);
  return toSeries(
    asList(doc["series_name"]).map((name, index) => ({ name, position: positions[index] })),
  );
}

function toCount(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** The books of a `search.json` response whose edition is certain, each ISBN once; undefined if it is malformed. */
export function searchToBooks(body: unknown, covers: string): ProviderBook[] | undefined {
  const docs = asObject(body)?.["docs"];
  if (!Array.isArray(docs)) return undefined;
  const books = new Map<string, ProviderBook>();
  for (const doc of docs) {
    const book = toBook(doc, covers);
    if (book !== undefined && !books.has(book.isbn)) books.set(book.isbn, book);
  }
  return [...books.values()];
}
