import { toCoversOfLinks } from "../merge/cover-images.ts";
import { isbn13sIn } from "../isbn/values.ts";
import { toIsbn10 } from "../isbn/isbn.ts";
import { asList, asObject, type JsonObject, present } from "../text/json-values.ts";
import { toLanguage, toLanguageTag } from "../text/language.ts";
import { titleAndSeries } from "../text/series.ts";
import { toLine } from "../merge/normalise.ts";
import { isLikelyPageCount, toPageCount } from "../text/page-count.ts";
import { toCategories } from "../text/categories.ts";
import { toContributors, toPeople } from "../text/contributors.ts";
import { toPublisher } from "../text/publisher.ts";
import { toSubtitle, toTitle, withoutRepeated } from "../text/title.ts";
import { toPlainText } from "../text/plain-text.ts";
import type { ProviderBook } from "../provider.ts";
import { toPublished } from "../text/published-date.ts";

/** Identifiers of other types (`OTHER`, `ISSN`) may look like an ISBN but are not. */
const ISBN_TYPES: readonly unknown[] = ["ISBN_13", "ISBN_10", undefined];

/** The ISBN-13s of a Google Books volume. */
export function isbn13sOfVolume(volume: unknown): string[] {
  const identifiers = asList(asObject(asObject(volume)?.["volumeInfo"])?.["industryIdentifiers"]);
  return isbn13sIn(
    identifiers
      .filter((entry) => ISBN_TYPES.includes(asObject(entry)?.["type"]))
      .map((entry) => asObject(entry)?.["identifier"] ?? entry),
  );
}

/** The e-book's count is sometimes a sample's; then the printed book's count is used. */
function pagesOf(info: JsonObject): number | undefined {
  const [own, printed] = [toPageCount(info["pageCount"]), toPageCount(info["printedPageCount"])];
  if (own === undefined || printed === undefined) return own ?? printed;
  return isLikelyPageCount(own) && own * 10 > printed ? own : printed;
}

/** The book fields of a Google Books volume (`{id, volumeInfo}`), without checking its ISBN. */
export function volumeFields(volume: unknown): Omit<ProviderBook, "isbn" | "isbn10"> | undefined {
  const info = asObject(asObject(volume)?.["volumeInfo"]);
  const people = toPeople(toContributors(info?.["authors"]));
  const title = toTitle(info?.["title"], people.authors);
  if (info === undefined || title === undefined) return undefined;
  const googleBooks = toLine(asObject(volume)?.["id"]);
  return present({
    ...titleAndSeries(title, []),
    subtitle: withoutRepeated(title, toSubtitle(info["subtitle"], people.authors)),
    ...people,
    publisher: toPublisher(info["publisher"]),
    ...toPublished(info["publishedDate"]),
    pageCount: pagesOf(info),
    language: toLanguage(info["language"]),
    languageTag: toLanguageTag(info["language"]),
    categories: toCategories(info["categories"]),
    description: toPlainText(info["description"]),
    ...toCoversOfLinks(info["imageLinks"]),
    identifiers: googleBooks === undefined ? undefined : { googleBooks },
    popularity: toPageCount(info["ratingsCount"]),
  });
}

/**
 * Converts a Google Books volume to the book with this ISBN; the caller has verified the ISBN. Undefined if the volume
 * has no title. Google's descriptions are HTML, its image URLs use http, and 0 means an unknown number of pages.
 */
export function volumeToBook(isbn13: string, volume: unknown): ProviderBook | undefined {
  const fields = volumeFields(volume);
  return fields && { isbn: isbn13, ...present({ isbn10: toIsbn10(isbn13) }), ...fields };
}
