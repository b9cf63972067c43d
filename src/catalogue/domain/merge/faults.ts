import type { Book } from "../../../../contract/catalogue.ts";
import { toContributor } from "../text/person.ts";
import { isMojibake } from "../text/mojibake.ts";
import { isLikelyPageCount } from "../text/page-count.ts";
import { isPlaceholder } from "../text/placeholder.ts";
import { hasCardRemains } from "../text/title.ts";
import type { BookField } from "./book-fields.ts";

/**
 * Possible faults of a text, worst first. The first fault that only one of two values has decides.
 */
type Fault = (text: string, field: BookField) => boolean;

const NOBODY = /^(?:anon(?:ymous|yme|ym|imo|\.)?|various(?: authors)?|vv\.? ?aa\.?|aa\.? ?vv\.?)$/i;

const FAULTS: readonly Fault[] = [
  (text, field) => isPlaceholder(text) || (field === "authors" && NOBODY.test(text)),
  (text) => isMojibake(text),
  (text, field) => hasWrongCase(text, field),
  (text, field) => isCardHeading(text, field),
];

/**
 * Fields that are checked for faults. Identifiers, dates, languages and URLs are valid or absent.
 */
const TEXTS: readonly BookField[] = [
  "title",
  "subtitle",
  "authors",
  "publisher",
  "categories",
  "description",
];
/** Placeholders for an unknown date. */
const PLACEHOLDER_DATES: readonly string[] = ["1900-01-01", "1970-01-01", "1900", "1901-01-01"];
/** Maximum length of a publisher's abbreviation in capitals (`HMH`, `MIT`). */
const MAX_ABBREVIATION = 5;

/**
 * All capitals, or a title without any, which is a database's convention rather than the book's
 * spelling.
 */
function hasWrongCase(text: string, field: BookField): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const isUpper = letters > 1 && /\p{Lu}/u.test(text) && !/\p{Ll}/u.test(text);
  if (field === "publisher" && letters <= MAX_ABBREVIATION) return false;
  const isLower = field === "title" && /\p{Ll}/u.test(text) && !/\p{Lu}/u.test(text);
  return isUpper || isLower;
}

function isCardHeading(text: string, field: BookField): boolean {
  if (field === "title" || field === "subtitle") return hasCardRemains(text);
  return field === "authors" && toContributor(text)?.name !== text;
}

function textsOf(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((entry) => typeof entry === "string");
}

/**
 * The vagueness of a date: a full date is the most precise, then a month. 1 January counts as only
 * a year, and placeholders as no date.
 */
function vaguenessOf(date: string): number {
  if (PLACEHOLDER_DATES.includes(date)) return 3;
  if (date.length < 7 || date.endsWith("-01-01")) return 2;
  return date.length < 10 ? 1 : 0;
}

/**
 * The faults of a field's value as a number. Of two values the one with the lower number wins,
 * regardless of preferences between sources. Zero means no fault.
 */
export function faultsOf(book: Partial<Book>, field: BookField): number {
  if (field === "publishedDate") return vaguenessOf(book.publishedDate ?? "");
  if (field === "pageCount") return isLikelyPageCount(book.pageCount ?? 0) ? 0 : 1;
  if (!TEXTS.includes(field)) return 0;
  const texts = textsOf(book[field]);
  return FAULTS.reduce(
    (score, fault) => score * 2 + (texts.some((text) => fault(text, field)) ? 1 : 0),
    0,
  );
}

const VOLUME =
  /^[\s,.:;(–-]*(?:tome|tomo|t\.|vol(?:ume|\.)?|v\.|band|bd\.?|book|part|pt\.?|teil|livre|libro|deel|del|no\.?|nr\.?|#|issue|season|series)\s*(?:\d{1,4}|[ivxlc]{1,7}|one|two|three|four|five)\b\)?\.?$|^[\s,.:;(–-]+\d{1,3}\)?$/i;

/** Whether `longer` is the same title with the number of the volume (`The Walkers Tome 8`), which `title` lacks. */
function lacksVolume(title: string, longer: string): boolean {
  const start = title.toLowerCase();
  return longer.toLowerCase().startsWith(start) && VOLUME.test(longer.slice(title.length));
}

/**
 * Which of two values without faults is more exact: below zero the first, above zero the second. A
 * title with a volume beats the same title without, and of page counts that differ tenfold the
 * larger one wins.
 */
export function exactness(field: BookField, first: Partial<Book>, second: Partial<Book>): number {
  if (field === "title" && first.title !== undefined && second.title !== undefined) {
    if (lacksVolume(first.title, second.title)) return 1;
    return lacksVolume(second.title, first.title) ? -1 : 0;
  }
  if (field === "pageCount" && first.pageCount !== undefined && second.pageCount !== undefined) {
    if (first.pageCount * 10 <= second.pageCount) return 1;
    return second.pageCount * 10 <= first.pageCount ? -1 : 0;
  }
  return 0;
}
