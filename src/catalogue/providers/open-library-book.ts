import type { AuthorDetail } from "../../../contract/catalogue.ts";
import { type CoverCandidates, type Covers, toCovers } from "../domain/merge/cover-images.ts";
import { isbn13sIn } from "../domain/isbn/values.ts";
import { toIsbn10 } from "../domain/isbn/isbn.ts";
import { asList, asObject, type JsonObject, present } from "../domain/text/json-values.ts";
import { toLanguage, toLanguageTag } from "../domain/text/language.ts";
import { toFirstLine, toLine, toLines, toPageCount } from "../domain/merge/normalise.ts";
import { titleAndSeries, toSeries } from "../domain/text/series.ts";
import { toPlainText } from "../domain/text/plain-text.ts";
import type { ProviderBook } from "../domain/provider.ts";
import { toPublished } from "../domain/text/published-date.ts";

/** Open Library's default URL for covers. */
export const OPEN_LIBRARY_COVERS = "https://covers.openlibrary.org";

/** `nyt:combined-print=2011-05-01`, `collectionID:x`: machine tags among the subjects. */
const MACHINE_TAG = /^\w+:\S+$/;

/**
 * Open Library's names of identifiers and ours. Google's id is left out, because Google's own answer has a better one.
 */
const IDENTIFIERS = {
  openlibrary: "openLibrary",
  goodreads: "goodreads",
  librarything: "libraryThing",
  lccn: "lccn",
  oclc: "oclc",
} as const;

/** The last part of a key or URL such as `/books/OL1M`, `https://openlibrary.org/authors/OL2A/Some_Name`. */
export function keyOf(value: unknown): string | undefined {
  return /\bOL\d+[AMW]\b/.exec(toLine(value) ?? "")?.[0];
}

function toAuthorsDetailed(authors: unknown): AuthorDetail[] | undefined {
  const detailed = asList(authors).flatMap((author) => {
    const name = toLine(asObject(author)?.["name"]);
    const key = keyOf(asObject(author)?.["key"]) ?? keyOf(asObject(author)?.["url"]);
    return name === undefined || key === undefined ? [] : [{ name, key }];
  });
  return detailed.length === 0 ? undefined : detailed;
}

function toIdentifiers(item: JsonObject): Record<string, string> | undefined {
  const given = asObject(item["identifiers"]) ?? {};
  const identifiers = Object.entries(IDENTIFIERS).flatMap(([theirs, ours]) => {
    const value = toFirstLine(given[theirs]);
    return value === undefined ? [] : [[ours, value] as const];
  });
  const key = keyOf(item["key"]);
  const all = Object.fromEntries([
    ...(key === undefined ? [] : [["openLibrary", key] as const]),
    ...identifiers,
  ]);
  return Object.keys(all).length === 0 ? undefined : all;
}

/** The URLs of a cover by its number, in Open Library's three sizes; none for -1, which means no cover. */
export function coverById(id: unknown, covers: string): CoverCandidates {
  if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 1) return {};
  const inSize = (size: string) => [`${covers}/b/id/${String(id)}-${size}.jpg`];
  return { thumbnail: inSize("S"), medium: inSize("M"), large: inSize("L") };
}

function toCoversOf(item: JsonObject, covers: string): Covers {
  const cover = asObject(item["cover"]);
  const byId = coverById(asList(item["covers"])[0], covers);
  if (cover === undefined) return toCovers({ ...byId, cover: [item["cover"]] });
  return toCovers({
    thumbnail: [cover["small"]],
    medium: [cover["medium"]],
    large: [cover["large"]],
  });
}

/** Subjects as categories, without machine tags. */
export function toSubjects(subjects: unknown): string[] {
  return toLines(subjects).filter((subject) => !MACHINE_TAG.test(subject));
}

/** The id of the first work that a record names. */
export function workIdOf(works: unknown): string | undefined {
  const id = keyOf(asObject(asList(works)[0])?.["key"] ?? asList(works)[0]);
  return id?.endsWith("W") === true ? id : undefined;
}

/** A title of the work, unless it is the title itself. */
export function otherThan(title: string, other: string | undefined): string | undefined {
  return other?.toLowerCase() === title.toLowerCase() ? undefined : other;
}

function isbn13sOf(item: JsonObject): string[] {
  const identifiers = asObject(item["identifiers"]) ?? {};
  const lists = [identifiers["isbn_13"], identifiers["isbn_10"], item["isbn_13"], item["isbn_10"]];
  return isbn13sIn(lists.flatMap(asList));
}

/**
 * Converts one entry of `api/books?jscmd=data` to a book; undefined if it has no title, or if its own identifiers do
 * not include the requested ISBN: Open Library has entries under an ISBN that belongs to another edition. Members of a
 * stored edition (`publishers: ["Puffin"]`, `covers: [1]`, `languages`) are supported too.
 */
export function entryToBook(
  isbn13: string,
  entry: unknown,
  covers: string = OPEN_LIBRARY_COVERS,
): ProviderBook | undefined {
  const item = asObject(entry);
  const title = toLine(item?.["title"]);
  if (item === undefined || title === undefined || !isbn13sOf(item).includes(isbn13)) {
    return undefined;
  }
  const titled = titleAndSeries(title, toSeries(item["series"]));
  return present({
    isbn: isbn13,
    isbn10: toIsbn10(isbn13),
    ...titled,
    subtitle: toLine(item["subtitle"]),
    authors: toLines(item["authors"]),
    authorsDetailed: toAuthorsDetailed(item["authors"]),
    publisher: toFirstLine(item["publishers"]),
    ...toPublished(item["publish_date"]),
    pageCount: toPageCount(item["number_of_pages"]) ?? toPageCount(item["pagination"]),
    language: toLanguage(item["languages"]),
    categories: toSubjects(item["subjects"]),
    description: toPlainText(item["description"]),
    ...toCoversOf(item, covers),
    identifiers: toIdentifiers(item),
    workId: workIdOf(item["works"]),
    binding: toLine(item["physical_format"]),
    originalTitle: otherThan(titled.title, toFirstLine(item["translation_of"])),
    languageTag: toLanguageTag(item["languages"]),
  });
}
