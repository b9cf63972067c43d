import { readKey, type KeyValue } from "./key-record.ts";
import type { HeldBooks } from "./page.ts";

export interface DropDeps {
  read(keys: readonly string[]): Promise<KeyValue[]>;
  held(isbns: readonly string[]): Promise<HeldBooks>;
  remove(key: string): Promise<void>;
}

/**
 * Drops the keys of a book from the cache, but none whose value the database does not hold: an old value that was not
 * taken over, or was changed since, may be all there is of it.
 */
export async function dropFromCache(
  input: { isbn13: string; keys: readonly string[] },
  deps: DropDeps,
): Promise<{ dropped: string[]; kept: string[] }> {
  const [values, held] = await Promise.all([deps.read(input.keys), deps.held([input.isbn13])]);
  const book = held.get(input.isbn13);
  const dropped: string[] = [];
  const kept: string[] = [];
  for (const value of values.filter((each) => each.value !== null)) {
    const reading = readKey(value, Infinity);
    const isTaken = book?.keys.some(({ key, hash }) => key === value.key && hash === value.hash);
    const isOwn = reading.kind === "skipped" && reading.reason === "own";
    const isHeld = book?.stored !== undefined && (isOwn || isTaken === true);
    (isHeld ? dropped : kept).push(value.key);
  }
  await Promise.all(dropped.map((key) => deps.remove(key)));
  return { dropped, kept };
}
