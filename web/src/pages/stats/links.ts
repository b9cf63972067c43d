/** From a number to the books that it counts. */

/** Filters of the shelf that count the same books as the statistics do. */
export type Filter = "status" | "tag" | "author" | "series" | "format" | "language" | "year";

/** The shelf with one filter, as `viewOf` of the shelf reads it. */
export const shelfOf = (filter: Filter, value: string): string =>
  `/?${new URLSearchParams({ [filter]: value }).toString()}`;

export const bookPath = (isbn: string): string => `/book/${encodeURIComponent(isbn)}`;
