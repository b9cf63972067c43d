import type { LibraryFilter } from "../library.ts";
import { numberOf, oneOf, type Options } from "./command-line.ts";
import { UsageError } from "./usage.ts";

const STATUSES = ["want_to_read", "reading", "completed", "paused", "abandoned", "none"] as const;
const FORMATS = ["paperback", "hardcover", "ebook", "audiobook", "other"] as const;

/** The filter given by the options. The service validates days and languages. @throws UsageError */
export function filterOf(options: Options): LibraryFilter {
  const { status, format, unrated, language, author, series, tag, q } = options;
  const given: { [Name in keyof LibraryFilter]: LibraryFilter[Name] | undefined } = {
    status: status?.map((name) => oneOf("--status", name, STATUSES)),
    rating: ratingOf(options.rating),
    unrated,
    year: numberOf("--year", options.year),
    finishedYear: numberOf("--finished-year", options["finished-year"]),
    finishedFrom: options["finished-from"],
    finishedTo: options["finished-to"],
    addedFrom: options["added-from"],
    addedTo: options["added-to"],
    confirmed: isYes("--confirmed", options.confirmed),
    format: format === undefined ? undefined : oneOf("--format", format, FORMATS),
    owned: isYes("--owned", options.owned),
    language,
    author,
    series,
    tag,
    q,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function isYes(name: string, text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : oneOf(name, text, ["yes", "no"]) === "yes";
}

function ratingOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-5](\.\d{1,2})?$/.test(text))
    throw new UsageError("--rating must be a number from 0 to 5.");
  return Number(text);
}
