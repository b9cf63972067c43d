import type { ParsedIsbn } from "../catalogue/domain/isbn/isbn.ts";
import { retireOldValues, type RetireDeps } from "../catalogue/domain/legacy/retire-old-values.ts";
import type { Log } from "../platform/log.ts";
import type { BookCache } from "../catalogue/storage/book-cache.ts";
import { kvKeys } from "../catalogue/storage/keys.ts";
import { d1HeldBooks } from "../kv-migration/storage/books.ts";
import { kvMigrationSource } from "../kv-migration/storage/source.ts";
import { runtimeSecrets } from "./secrets.ts";

interface Shared extends Pick<RetireDeps, "d1ReadsEnabled"> {
  cache: BookCache;
  log: Log;
}

/** Retires the old values of a book behind an answer; a failure is logged, and the next reader tries again. */
export function oldValueRetirement(
  env: Env,
  { cache, log, d1ReadsEnabled }: Shared,
): (isbn: ParsedIsbn) => Promise<void> {
  const source = kvMigrationSource(env.BOOK_CACHE, (text) => runtimeSecrets.sha256(text));
  const deps: RetireDeps = {
    d1ReadsEnabled,
    read: (keys) => source.read(keys),
    held: d1HeldBooks(env.DB),
    write: cache.write,
    remove: (key) => env.BOOK_CACHE.delete(key),
  };
  return async ({ isbn13, isbn10 }) => {
    const other = isbn10 === undefined ? [] : [kvKeys.bookByIsbn10(isbn10)];
    try {
      await retireOldValues({ isbn13, keys: [kvKeys.book(isbn13), ...other] }, deps);
    } catch (error) {
      log.error("old_values_not_retired", { error });
    }
  };
}
