import type { z } from "@hono/zod-openapi";
import type { CompactBook, LibraryBook } from "../../../contract/library.ts";
import type { facetsQuerySchema } from "../../../contract/library-query.ts";
import { defined } from "../../platform/defined.ts";
import { searchTerms } from "../domain/fold.ts";
import { DomainError } from "../../platform/errors.ts";
import { dayStart } from "../../platform/time-zone.ts";
import type { ShelfFilter, ShelfStart, Sort, SortKey } from "../domain/shelf-query.ts";
import { readStart, type SecondsOf } from "../domain/shelf-start.ts";
import { foldTag } from "../domain/tags.ts";

/** The filters of a request. */
export type Filters = Omit<z.infer<typeof facetsQuerySchema>, "limit">;

/** The first and the last second of a day, a month or a year in a time zone. */
const secondsIn =
  (timeZone: string): SecondsOf =>
  (date) => {
    const { from, until } = utcOf(date);
    // Years with fewer than four digits do not sort as text.
    const start = (utc: number): number =>
      Number(date.slice(0, 4)) < 1000 ? utc : dayStart(timeZone, utc);
    return { from: start(from) / 1000, to: start(until) / 1000 - 1 };
  };

/** The beginning and the end of a day, a month or a year in UTC, in ms since the epoch. */
function utcOf(date: string): { from: number; until: number } {
  const [year = "", month = "1", day = "1"] = date.split("-");
  const next = { 4: [1, 0, 0], 7: [0, 1, 0] }[date.length] ?? [0, 0, 1];
  const at = (years = 0, months = 0, days = 0): number => {
    const instant = new Date(0);
    // Date.UTC would treat a year below 100 as one of the 20th century.
    instant.setUTCFullYear(Number(year) + years, Number(month) - 1 + months, Number(day) + days);
    return instant.getTime();
  };
  return { from: at(), until: at(...next) };
}

/** Whether a request has an instant given as a day, which depends on the user's time zone. */
export const namesDays = (
  { addedFrom, addedTo }: Pick<Filters, "addedFrom" | "addedTo">,
  { key, from }: { key?: SortKey; from?: string | undefined } = {},
): boolean =>
  addedFrom !== undefined || addedTo !== undefined || (from !== undefined && key === "added");

/**
 * The filter of a shelf that a request describes.
 * @param timeZone for the days on which books were added
 */
export function filterOf(filters: Filters, timeZone: string): ShelfFilter {
  const secondsOf = secondsIn(timeZone);
  const { status, unrated, confirmed, format, owned, author, series, tag, q } = filters;
  const { finishedFrom, finishedTo, addedFrom, addedTo } = filters;
  const { rating, year, finishedYear, language } = filters;
  const finished = defined({ from: finishedFrom, to: finishedTo });
  const added = defined({
    from: addedFrom === undefined ? undefined : secondsOf(addedFrom).from,
    to: addedTo === undefined ? undefined : secondsOf(addedTo).to,
  });
  const folded = (name: string | undefined) => (name === undefined ? undefined : foldTag(name));
  return defined({
    statuses: status,
    rating,
    isRated: unrated === undefined ? undefined : !unrated,
    year,
    finishedYear,
    finished: Object.keys(finished).length > 0 ? finished : undefined,
    added: Object.keys(added).length > 0 ? added : undefined,
    isConfirmed: confirmed,
    formats: format,
    isOwned: owned,
    language,
    author: folded(author),
    series: folded(series),
    terms: q === undefined ? undefined : searchTerms(q),
    tag: folded(tag),
  });
}

/** The position at which a page starts. @param timeZone for the days on which books were added @throws DomainError INVALID_REQUEST */
export function startOf(sort: Sort, from: string, timeZone: string): ShelfStart {
  const outcome = readStart(sort, from, secondsIn(timeZone));
  if (outcome.ok) return outcome.start;
  const issues = [{ path: "from", message: outcome.message }];
  throw new DomainError("INVALID_REQUEST", `from: ${outcome.message}`, { details: { issues } });
}

/** A book without the fields that a compact list omits. */
export function compact({
  description: _description,
  sources: _sources,
  extra: _extra,
  ...book
}: LibraryBook): CompactBook {
  return book;
}
