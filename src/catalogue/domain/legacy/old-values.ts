import type { Book } from "../../../../contract/catalogue.ts";
import { foldKey } from "./fold.ts";
import { readKey, type KeyRecord, type KeyValue } from "./key-record.ts";

/**
 * The book that the old values under the keys of one ISBN make together, by the same rules as in the migration; nothing
 * when none of them is an old value that can be read.
 * @param latest ms since the epoch; a later date counts as this one
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
