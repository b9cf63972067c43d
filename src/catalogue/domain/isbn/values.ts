import { isbnsIn } from "./in-text.ts";
import { parseIsbn } from "./isbn.ts";
import { asList } from "../text/json-values.ts";
import { textOf } from "../merge/normalise.ts";

/** The distinct valid ISBNs in a value or a list of values, as ISBN-13: an ISBN-10 is the same book as its ISBN-13. */
export function isbn13sIn(value: unknown): string[] {
  const found = new Set<string>();
  for (const entry of asList(value)) {
    const text = textOf(entry) ?? "";
    const parsed = parseIsbn(text);
    // `9781900051071 (pbk.)`: what follows the number belongs to the edition.
    for (const isbn13 of parsed.ok ? [parsed.isbn.isbn13] : isbnsIn(text)) found.add(isbn13);
  }
  return [...found];
}
