import { readKey, type KeyValue } from "./key-record.ts";
import type { HeldBooks } from "./held-book.ts";

export interface DropDeps {
  read(keys: readonly string[]): Promise<KeyValue[]>;
  held(isbns: readonly string[]): Promise<HeldBooks>;
  remove(key: string): Promise<void>;
  /** Removes the book from this isolate's memory. */
  forget(isbn13: string): void;
}

/**
 * Removes a book from the cache: its keys, the absence record, and this isolate's memory. A key is only deleted if D1
 * has its value: an old value that was not adopted, or has changed since, may be the only copy. Such keys are listed in
 * `kept`.
 * @param input `keys`: the book's keys in either spelling; `absence`: the key of the absence record
 */
export async function dropFromCache(
  input: { isbn13: string; keys: readonly string[]; absence: string },
  deps: DropDeps,
): Promise<{ dropped: string[]; kept: string[] }> {
  const { isbn13, keys, absence } = input;
  const [values, held] = await Promise.all([deps.read([...keys, absence]), deps.held([isbn13])]);
  const book = held.get(isbn13);
  const mayGo = (value: KeyValue): boolean => {
    if (value.key === absence) return true;
    if (book?.stored === undefined) return false;
    const reading = readKey(value, Infinity);
    const isOwn = reading.kind === "skipped" && reading.reason === "own";
    return isOwn || book.keys.some(({ key, hash }) => key === value.key && hash === value.hash);
  };
  const dropped: string[] = [];
  const kept: string[] = [];
  for (const value of values.filter((each) => each.value !== null)) {
    (mayGo(value) ? dropped : kept).push(value.key);
  }
  await Promise.all(dropped.map((key) => deps.remove(key)));
  deps.forget(isbn13);
  return { dropped, kept };
}
