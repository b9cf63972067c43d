import type { BookRecord } from "../book-record.ts";
import { readKey, type KeyValue } from "./key-record.ts";
import type { HeldBooks } from "./held-book.ts";

export interface RetireDeps {
  /** During a rollback KV is all that answers: then nothing is retired. */
  d1ReadsEnabled(): boolean | Promise<boolean>;
  read(keys: readonly string[]): Promise<KeyValue[]>;
  held(isbns: readonly string[]): Promise<HeldBooks>;
  /** Writes our own entry for the row under the ISBN-13. */
  write(record: BookRecord): Promise<void>;
  remove(key: string): Promise<void>;
}

/**
 * Lets the row of a book take the place of its old values in KV, once every one of them has been taken over as it lies
 * there. An old value does not expire: left alone it would go on hiding every newer answer, the one under the ISBN-10
 * each time that our own entry under the ISBN-13 has run out.
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
  // What nobody can read is left where it is, for the migration to report; the row is then read from D1 each time.
  const there = values.find(({ key }) => key === own);
  if (there === undefined || readKey(there, Infinity).kind !== "failed") {
    await deps.write(book.stored);
    // A newer answer may have come between: its entry comes after this look, or else the next reader asks D1.
    const now = (await deps.held([input.isbn13])).get(input.isbn13);
    if (now?.stored?.version !== book.stored.version) await deps.remove(own);
  }
  const gone = old.filter(({ key }) => others.includes(key));
  await Promise.all(gone.map(({ key }) => deps.remove(key)));
}
