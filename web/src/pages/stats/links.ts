/** Links from a number to the books that it counts. */
import type { Facet } from "../shelf/logic/filters.ts";

/** Filters of the shelf that select the same books as the statistics count. */
export type Filter = "status" | Exclude<Facet, "rating" | "owned" | "confirmed">;

/** The path of the shelf with one filter, as parsed by `viewOf`. */
export const shelfOf = (filter: Filter, value: string): string =>
  `/?${new URLSearchParams({ [filter]: value }).toString()}`;

export const bookPath = (isbn: string): string => `/book/${encodeURIComponent(isbn)}`;
