import { toCoversOfLinks } from "../merge/cover-images.ts";
import { isbn13sIn } from "../isbn/values.ts";
import { toIsbn10 } from "../isbn/isbn.ts";
import { asList, asObject, present } from "../text/json-values.ts";
import { toLanguage } from "../text/language.ts";
import { toFirstLine, toLine, toLines, toPageCount } from "../merge/normalise.ts";
import { toPlainText } from "../text/plain-text.ts";
import type { ProviderBook } from "../provider.ts";
import { toPublished } from "../text/published-date.ts";

/** Identifiers of other kinds (`OTHER`, `ISSN`) may look like an ISBN and are none. */
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

/** What a Google Books volume (`{id, volumeInfo}`) says of the book it is about, whichever that is. */
export function volumeFields(volume: unknown): Omit<ProviderBook, "isbn" | "isbn10"> | undefined {
  const info = asObject(asObject(volume)?.["volumeInfo"]);
  const title = toLine(info?.["title"]);
  if (info === undefined || title === undefined) return undefined;
  const googleBooks = toLine(asObject(volume)?.["id"]);
  return present({
    title,
    subtitle: toLine(info["subtitle"]),
    authors: toLines(info["authors"]),
    publisher: toFirstLine(info["publisher"]),
    ...toPublished(info["publishedDate"]),
    pageCount: toPageCount(info["pageCount"]) ?? toPageCount(info["printedPageCount"]),
    language: toLanguage(info["language"]),
    categories: toLines(info["categories"]),
    description: toPlainText(info["description"]),
    ...toCoversOfLinks(info["imageLinks"]),
    identifiers: googleBooks === undefined ? undefined : { googleBooks },
  });
}

/**
 * A Google Books volume as the book with this ISBN, which the caller has made sure of. Nothing if it has no title.
 * Google writes descriptions in HTML, addresses of pictures with http, and 0 for an unknown number of pages.
 */
export function volumeToBook(isbn13: string, volume: unknown): ProviderBook | undefined {
  const fields = volumeFields(volume);
  return fields && { isbn: isbn13, ...present({ isbn10: toIsbn10(isbn13) }), ...fields };
}
