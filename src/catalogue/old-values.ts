import { runtimeSecrets } from "../platform/crypto.ts";
import { d1Errors } from "../platform/d1/database.ts";
import type { Platform } from "../platform/platform.ts";
import type { ParsedIsbn } from "./domain/isbn/isbn.ts";
import { dropFromCache } from "./domain/legacy/drop-from-cache.ts";
import { retireOldValues, type RetireDeps } from "./domain/legacy/retire-old-values.ts";
import type { BookCache } from "./storage/book-cache.ts";
import { d1HeldBooks } from "./storage/held-books.ts";
import { kvKeys } from "./storage/keys.ts";
import { kvValues } from "./storage/kv-values.ts";

/** The keys under which a book can be stored in KV, its ISBN-13 first. */
function keysOf({ isbn13, isbn10 }: ParsedIsbn): [string, ...string[]] {
  return [kvKeys.book(isbn13), ...(isbn10 === undefined ? [] : [kvKeys.bookByIsbn10(isbn10)])];
}

/** Retires the old values of a book after a response. A failure is logged, and the next lookup of the book tries again. */
export function oldValueRetirement(
  { env, log }: Pick<Platform, "env" | "log">,
  { cache, d1ReadsEnabled }: Pick<RetireDeps, "d1ReadsEnabled"> & { cache: BookCache },
): (isbn: ParsedIsbn) => Promise<void> {
  const deps: RetireDeps = {
    d1ReadsEnabled,
    read: kvValues(env.BOOK_CACHE, runtimeSecrets.sha256),
    held: d1HeldBooks(env.DB),
    write: cache.write,
    remove: (key) => env.BOOK_CACHE.delete(key),
  };
  return async (isbn) => {
    try {
      await retireOldValues({ isbn13: isbn.isbn13, keys: keysOf(isbn) }, deps);
    } catch (error) {
      log.error("old_values_not_retired", { error });
    }
  };
}

/** Drops a book from KV and from this isolate's memory. @param forget drops it from memory */
export function cacheDrop(
  { env, log }: Pick<Platform, "env" | "log">,
  forget: (isbn13: string) => void,
): (isbn: ParsedIsbn) => Promise<{ dropped: string[]; kept: string[] }> {
  const database = d1Errors(log);
  const held = d1HeldBooks(env.DB);
  return (isbn) =>
    dropFromCache(
      { isbn13: isbn.isbn13, keys: keysOf(isbn), absence: kvKeys.absent(isbn.isbn13) },
      {
        read: kvValues(env.BOOK_CACHE, runtimeSecrets.sha256),
        held: (isbns) => database.read(held(isbns)),
        remove: (key) => env.BOOK_CACHE.delete(key),
        forget,
      },
    );
}
