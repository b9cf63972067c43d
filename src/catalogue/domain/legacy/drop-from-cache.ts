import { readKey, type KeyValue } from "./key-record.ts";
import type { HeldBooks } from "./held-book.ts";

export interface DropDeps {
  read(keys: readonly string[]): Promise<KeyValue[]>;
  held(isbns: readonly string[]): Promise<HeldBooks>;
  remove(key: string): Promise<void>;
  /** Has this isolate's own memory forget the book. */
  forget(isbn13: string): void;
}

/**
 * Drops a book from the cache: its keys, the note that nobody knows it, and what this isolate remembers. No key goes
 * whose value the database does not hold: an old value that was not taken over, or was changed since, may be all there
 * is of it. Those are named in `kept`.
 * @param input `keys`: those of the book in either spelling; `absence`: that of the note
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
