import { parseIsbn } from "./isbn.ts";
import { asList } from "../text/json-values.ts";
import { textOf } from "../merge/normalise.ts";

/** The distinct valid ISBNs in a value or a list of values, as ISBN-13: an ISBN-10 is the same book as its ISBN-13. */
export function isbn13sIn(value: unknown): string[] {
  const found = new Set<string>();
  for (const entry of asList(value)) {
    const parsed = parseIsbn(textOf(entry) ?? "");
    if (parsed.ok) found.add(parsed.isbn.isbn13);
  }
  return [...found];
}
