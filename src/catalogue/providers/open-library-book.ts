import { type CoverCandidates, type Covers, toCovers } from "../domain/merge/cover-images.ts";
import { isbn13sIn } from "../domain/isbn/values.ts";
import { toIsbn10 } from "../domain/isbn/isbn.ts";
import { asList, asObject, type JsonObject, present } from "../domain/text/json-values.ts";
import { toLanguage, toLanguageTag } from "../domain/text/language.ts";
import { toFirstLine, toLine } from "../domain/merge/normalise.ts";
import { toCategories } from "../domain/text/categories.ts";
import {
  contributorsIn,
  type People,
  toContributors,
  toPeople,
} from "../domain/text/contributors.ts";
import { isLikelyPageCount, toPageCount, toPagination } from "../domain/text/page-count.ts";
import { isPlaceholder } from "../domain/text/placeholder.ts";
import { toPublisher } from "../domain/text/publisher.ts";
import { titleAndSeries, toSeries } from "../domain/text/series.ts";
import { responsibilityIn, toSubtitle, toTitle, withoutRepeated } from "../domain/text/title.ts";
import { toPlainText } from "../domain/text/plain-text.ts";
import type { ProviderBook, WorkFields } from "../domain/provider.ts";
import { toPublished } from "../domain/text/published-date.ts";

/** Open Library's default URL for covers. */
export const OPEN_LIBRARY_COVERS = "https://covers.openlibrary.org";

/**
 * Open Library's names of identifiers and ours. Google's id is omitted, because Google's own answer
 * has a better one.
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

function authorKeyOf(author: unknown): string | undefined {
  return keyOf(asObject(author)?.["key"]) ?? keyOf(asObject(author)?.["url"]);
}

/**
 * The people of a record: its authors, then those in its contributions and its statement of
 * responsibility. The statement is used if it adds a role, or if the record has no authors;
 * otherwise it only repeats the same names.
 */
function toPeopleOf(item: JsonObject): People {
  const authors = toContributors(item["authors"], authorKeyOf);
  const contributions = [
    ...toContributors(item["contributions"]),
    ...toContributors(item["contributors"]),
  ].map((person) => ({ ...person, role: person.role ?? "contributor" }));
  const stated = contributorsIn(item["by_statement"]);
  const bySubtitle = contributorsIn(responsibilityIn(toLine(item["subtitle"]) ?? ""));
  const known = authors.length > 0 ? authors : [...stated, ...bySubtitle].filter(isWriter);
  const others = [...stated, ...contributions].filter((person) => !isWriter(person));
  return toPeople([...known, ...others]);
}

function isWriter({ role }: { readonly role?: string }): boolean {
  return role === undefined || role === "author";
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
  // A cover that was removed leaves -1 or null in the list.
  const [byId = {}] = asList(item["covers"])
    .map((id) => coverById(id, covers))
    .filter(({ large }) => large !== undefined);
  if (cover === undefined) return toCovers({ ...byId, cover: [item["cover"]] });
  return toCovers({
    thumbnail: [cover["small"]],
    medium: [cover["medium"]],
    large: [cover["large"]],
  });
}

/** The stated number, unless it is a number of volumes and the pagination has the pages. */
function pagesOf(item: JsonObject): number | undefined {
  const stated = toPageCount(item["number_of_pages"]);
  const read = toPagination(item["pagination"]);
  return stated !== undefined && isLikelyPageCount(stated) ? stated : (read ?? stated);
}

/** The id of the first work that a record names. */
export function workIdOf(works: unknown): string | undefined {
  const id = keyOf(asObject(asList(works)[0])?.["key"] ?? asList(works)[0]);
  return id?.endsWith("W") === true ? id : undefined;
}

/** The title of the work, if it differs from the book's title. */
export function otherThan(title: string, other: string | undefined): string | undefined {
  return other?.toLowerCase() === title.toLowerCase() ? undefined : other;
}

/** `[electronic resource] /`, `Paperback`; undefined for `Unknown Binding`. */
function toBinding(format: unknown): string | undefined {
  const line = toLine(format)?.replace(/^[[(\s]+|[\])\s/:;,.]+$/g, "");
  return line === undefined || isPlaceholder(line.replace(/ binding$/i, "")) ? undefined : line;
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
  if (item === undefined || !isbn13sOf(item).includes(isbn13)) return undefined;
  const people = toPeopleOf(item);
  // A record has the leading article in a separate member: `title_prefix: "Az "`, `title: "utolsó
  // kenet"`.
  const prefix = toLine(item["title_prefix"]);
  const bare = toLine(item["title"]);
  const title = toTitle(prefix && bare ? `${prefix} ${bare}` : bare, people.authors);
  if (title === undefined) return undefined;
  const titled = titleAndSeries(title, toSeries(item["series"]));
  return present({
    isbn: isbn13,
    isbn10: toIsbn10(isbn13),
    ...titled,
    subtitle: withoutRepeated(titled.title, toSubtitle(item["subtitle"], people.authors)),
    ...people,
    publisher: toPublisher(item["publishers"]),
    ...toPublished(item["publish_date"]),
    pageCount: pagesOf(item),
    language: toLanguage(item["languages"]),
    categories: toCategories(item["subjects"]),
    description: toPlainText(item["description"]),
    ...toCoversOf(item, covers),
    identifiers: toIdentifiers(item),
    workId: workIdOf(item["works"]),
    binding: toBinding(item["physical_format"]),
    originalTitle: otherThan(titled.title, toFirstLine(item["translation_of"])),
    languageTag: toLanguageTag(item["languages"]),
  });
}

/**
 * The fields of a work's record that apply to its editions. Title, dates and languages do not: they
 * may be another edition's.
 */
export function workToFields(record: JsonObject): WorkFields {
  const categories = toCategories(record["subjects"]);
  return present({
    description: toPlainText(record["description"]),
    categories: categories.length === 0 ? undefined : categories,
    firstPublicationYear: toPublished(record["first_publish_date"]).publicationYear,
  });
}
