/** From a number to the books that it counts. */
import type { Facet } from "../shelf/logic/filters.ts";

/** Filters of the shelf that count the same books as the statistics do. */
export type Filter = "status" | Exclude<Facet, "rating" | "owned" | "confirmed">;

/** The shelf with one filter, as `viewOf` of the shelf reads it. */
export const shelfOf = (filter: Filter, value: string): string =>
  `/?${new URLSearchParams({ [filter]: value }).toString()}`;

export const bookPath = (isbn: string): string => `/book/${encodeURIComponent(isbn)}`;
