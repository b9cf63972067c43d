import type { Query } from "./queries.ts";

/**
 * The zero-based position of the first expected book among the ISBNs found; infinite if there is
 * none.
 */
export function placeOf({ expected }: Query, isbns: readonly string[]): number {
  const place = isbns.findIndex((isbn) => expected.has(isbn));
  return place < 0 ? Infinity : place;
}
