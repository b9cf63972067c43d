import type { BookRecord } from "../book-record.ts";
import { readKey, type KeyValue } from "./key-record.ts";
import type { HeldBooks } from "./held-book.ts";

export interface RetireDeps {
  /** During a rollback only KV answers, and nothing is retired. */
  d1ReadsEnabled(): boolean | Promise<boolean>;
  read(keys: readonly string[]): Promise<KeyValue[]>;
  held(isbns: readonly string[]): Promise<HeldBooks>;
  /** Writes our own entry for the row under the ISBN-13. */
  write(record: BookRecord): Promise<void>;
  remove(key: string): Promise<void>;
}

/**
 * Replaces a book's old values in KV by its row, once all of them have been adopted in their
 * present state. An old value does not expire. If it remained, it would hide every newer answer;
 * the one under the ISBN-10 would do so whenever our own entry under the ISBN-13 has expired.
 * @param input `keys`: the key of the ISBN-13, and that of the ISBN-10 if there is one
 */
export async function retireOldValues(
  input: { isbn13: string; keys: readonly [string, ...string[]] },
  deps: RetireDeps,
): Promise<void> {
  if (!(await deps.d1ReadsEnabled())) return;
  const [own, ...others] = input.keys;
  const [values, held] = await Promise.all([deps.read(input.keys), deps.held([input.isbn13])]);
  const book = held.get(input.isbn13);
  if (book?.stored === undefined) return;
  const old = values.filter((value) => readKey(value, Infinity).kind === "book");
  const isTaken = ({ key, hash }: KeyValue): boolean =>
    book.keys.some((taken) => taken.key === key && taken.hash === hash);
  if (old.length === 0 || !old.every(isTaken)) return;
  // An unreadable value is kept, so that the migration reports it. The row is then read from D1
  // each time.
  const there = values.find(({ key }) => key === own);
  if (there === undefined || readKey(there, Infinity).kind !== "failed") {
    await deps.write(book.stored);
    // A newer answer may have arrived in between. Its entry is written after this check, or the next lookup reads D1.
    const now = (await deps.held([input.isbn13])).get(input.isbn13);
    if (now?.stored?.version !== book.stored.version) await deps.remove(own);
  }
  const gone = old.filter(({ key }) => others.includes(key));
  await Promise.all(gone.map(({ key }) => deps.remove(key)));
}
