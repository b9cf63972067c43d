import type { Book } from "../../../../contract/catalogue.ts";
import { foldKey } from "./fold.ts";
import { readKey, type KeyRecord, type KeyValue } from "./key-record.ts";

/**
 * Merges the old values under the keys of one ISBN into one book, by the rules of the migration; undefined if none of
 * them is a readable old value.
 * @param latest ms since the epoch; a later date is clamped to it
 */
export function bookOfOldValues(
  entries: readonly Omit<KeyValue, "hash">[],
  latest: number,
): Book | undefined {
  let book: Book | undefined;
  const folded: KeyRecord[] = [];
  for (const entry of entries) {
    const reading = readKey({ ...entry, hash: "" }, latest);
    if (reading.kind === "book") {
      book = foldKey(book, folded, reading);
      folded.push(reading.record);
    }
  }
  return book;
}
