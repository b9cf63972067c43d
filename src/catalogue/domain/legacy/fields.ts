import { BOOK_FIELDS, isBlank } from "../merge/book-fields.ts";
import { toCoversOfLinks } from "../merge/cover-images.ts";
import { isbn13sIn } from "../isbn/values.ts";
import { asList, asObject, type JsonObject, present } from "../text/json-values.ts";
import { toLanguage } from "../text/language.ts";
import { toFirstLine, toLine } from "../merge/normalise.ts";
import { toCategories } from "../text/categories.ts";
import { detailsOf, type Named, toContributors } from "../text/contributors.ts";
import { toPageCount } from "../text/page-count.ts";
import { toPublisher } from "../text/publisher.ts";
import { toSubtitle, toTitle, withoutRepeated } from "../text/title.ts";
import { toPlainText } from "../text/plain-text.ts";
import type { ProviderBook } from "../provider.ts";
import { type Published, toPublished } from "../text/published-date.ts";

/** A book's fields in an old value. All of them may be missing. */
export type LegacyFields = Partial<Omit<ProviderBook, "isbn" | "isbn10">>;

/**
 * The names of each field in old values, best first. The first name of each line is the current one. The others come
 * from the service's earlier works and editions, from rows of its database, and from Open Library's records.
 */
const NAMES = {
  title: ["title"],
  subtitle: ["subtitle"],
  authors: ["authors", "author", "author_name"],
  authorsDetailed: ["authorsDetailed", "authors_detailed"],
  publisher: ["publisher", "publishers"],
  date: ["publishedDate", "published_date", "publicationDate", "publishDate", "publish_date"],
  year: ["publicationYear", "publication_year", "publishedYear", "year", "firstPublicationYear"],
  pages: ["pageCount", "page_count", "numberOfPages", "number_of_pages", "pages"],
  // The old service built its works from editions, so a work's language, and its year above, are an edition's.
  language: ["language", "languages", "originalLanguage"],
  categories: ["categories", "subjectTags", "subjects", "genres"],
  description: ["description", "editionDescription", "synopsis"],
  cover: ["coverUrl", "coverURL", "cover_url", "coverImageURL", "coverImageUrl", "cover", "image"],
  thumbnail: ["thumbnail", "thumbnailUrl", "thumbnail_url"],
  isbn: ["isbn", "isbn13", "isbn10", "isbns", "isbn_13", "isbn_10"],
} as const;

/** Names of external identifiers: ours first, then those used in old values. */
const IDENTIFIERS: Readonly<Record<string, readonly string[]>> = {
  googleBooks: ["googleBooksVolumeIDs", "googleBooksVolumeID", "googleBooksId", "googleBooksID"],
  openLibrary: ["openLibraryEditionID", "openLibraryID", "openLibraryId"],
  goodreads: ["goodreadsID", "goodreadsId"],
  libraryThing: ["librarythingIDs"],
  amazon: ["amazonASINs", "asin"],
  isbndb: ["isbndbID"],
};

/** A member of `identifiers` that may keep its own name. */
const IDENTIFIER_NAME = /^(?!isbn)[a-z][a-z0-9_]{0,39}$/i;

function first<T>(
  value: JsonObject,
  names: readonly string[],
  read: (member: unknown) => T | undefined,
): T | undefined {
  for (const name of names) {
    const found = read(value[name]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}

/** The people in one member, with their keys and roles; undefined if there are none. */
function toNamed(value: unknown): Named[] | undefined {
  return nonEmpty(
    toContributors(value, (entry) => {
      const author = asObject(entry);
      return toLine(author?.["key"]) ?? toLine(author?.["openLibraryID"]);
    }),
  );
}

/** The list of names, and details that match it. */
function peopleIn(value: JsonObject): Pick<LegacyFields, "authors" | "authorsDetailed"> {
  const detailed = first(value, NAMES.authorsDetailed, toNamed);
  const listed = first(value, NAMES.authors, toNamed) ?? detailed;
  if (listed === undefined) return {};
  // The value lists them as authors, regardless of their roles.
  const authors = [...new Set(listed.map(({ name }) => name))];
  return present({
    authors,
    authorsDetailed: detailsOf(authors, [...listed, ...(detailed ?? [])]),
  });
}

function toPublication(value: JsonObject): Published {
  const dated = first(value, NAMES.date, (member) => {
    const published = toPublished(member);
    return published.publicationYear === undefined ? undefined : published;
  });
  const year = first(value, NAMES.year, (member) => toPublished(member).publicationYear);
  return dated ?? present({ publicationYear: year });
}

/** An id that may be an edition's. Open Library's work ids end in W. */
function toEditionId(value: unknown): string | undefined {
  const id = toFirstLine(value);
  return id === undefined || /\bOL\d+W$/.test(id) ? undefined : id;
}

function toIdentifiers(value: JsonObject): Record<string, string> | undefined {
  const named = Object.entries(asObject(value["identifiers"]) ?? {})
    .filter(([name]) => IDENTIFIER_NAME.test(name))
    .map(([name, member]) => [name, toEditionId(member)] as const);
  const known = Object.entries(IDENTIFIERS).map(
    ([name, theirs]) => [name, first(value, theirs, toEditionId)] as const,
  );
  const identifiers = [...known, ...named].filter(([, id]) => id !== undefined);
  return identifiers.length === 0
    ? undefined
    : (Object.fromEntries(identifiers) as Record<string, string>);
}

/** The ISBN-13s that the value declares; empty if it declares none. */
export function isbn13sOfLegacy(value: JsonObject): string[] {
  const identifiers = asObject(value["identifiers"]) ?? {};
  const lists = [value, identifiers].flatMap((holder) => NAMES.isbn.map((name) => holder[name]));
  const industry = asList(value["industryIdentifiers"]).map((id) => asObject(id)?.["identifier"]);
  return isbn13sIn([...lists.flatMap(asList), ...industry]);
}

/** Whether the value has a text of a book under one of the names above, even if the text is a placeholder. */
export function namesBook(value: JsonObject): boolean {
  const names = [...NAMES.title, ...NAMES.subtitle, ...NAMES.publisher, ...NAMES.description];
  return names.some((name) => toFirstLine(value[name]) !== undefined);
}

/** Reads all fields of a flat object, under any of the names above. */
export function readLegacyFields(value: JsonObject): LegacyFields {
  const people = peopleIn(value);
  const title = first(value, NAMES.title, (member) => toTitle(member, people.authors));
  const subtitle = first(value, NAMES.subtitle, (member) => toSubtitle(member, people.authors));
  const cover = asObject(value["cover"]) ?? {};
  return present({
    title,
    subtitle: title === undefined ? subtitle : withoutRepeated(title, subtitle),
    ...people,
    publisher: first(value, NAMES.publisher, toPublisher),
    ...toPublication(value),
    pageCount: first(value, NAMES.pages, toPageCount),
    language: first(value, NAMES.language, toLanguage),
    categories: first(value, NAMES.categories, (member) => nonEmpty(toCategories(member))),
    description: first(value, NAMES.description, toPlainText),
    ...toCoversOfLinks(value["imageLinks"], {
      thumbnail: [cover["small"], ...NAMES.thumbnail.map((name) => value[name])],
      medium: [cover["medium"]],
      large: [cover["large"]],
      cover: NAMES.cover.map((name) => value[name]),
    }),
    identifiers: toIdentifiers(value),
  });
}

/**
 * The first fields, with blanks filled from the second, for example an edition's from its work's.
 */
export function filled(fields: LegacyFields, by: LegacyFields): LegacyFields {
  const taken = BOOK_FIELDS.filter((field) => isBlank(fields, field) && !isBlank(by, field));
  return {
    ...fields,
    ...Object.fromEntries(taken.map((field) => [field, by[field]])),
    ...(fields.identifiers && { identifiers: { ...by.identifiers, ...fields.identifiers } }),
  };
}
