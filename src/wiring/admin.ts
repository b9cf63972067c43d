import type { Config } from "../config.ts";
import { dropFromCache } from "../catalogue/domain/legacy/drop-from-cache.ts";
import type { AdminCacheDeps } from "../catalogue/http/cache-admin.ts";
import type { OperatorDeps } from "../accounts/http/admin-auth.ts";
import type { Log } from "../platform/log.ts";
import { readCacheMetrics } from "../catalogue/storage/cache-metrics.ts";
import { d1Errors } from "../platform/d1/database.ts";
import { storedFlags } from "../rollout/storage/flags.ts";
import { kvKeys } from "../catalogue/storage/keys.ts";
import { d1HeldBooks } from "../kv-migration/storage/books.ts";
import { kvMigrationSource } from "../kv-migration/storage/source.ts";
import { defaultsOf } from "./rollout.ts";
import { runtimeSecrets as secrets } from "./secrets.ts";

/** Who the operator is. Both sides are hashed, so that the comparison takes the same time whatever was sent. */
export function operatorCheck({ ADMIN_TOKEN: due }: Config): OperatorDeps["isOperator"] {
  if (due === undefined) return undefined;
  return async (token) => secrets.sameHash(await secrets.sha256(token), await secrets.sha256(due));
}

/** The flags and the cache as the admin routes use them. `forget`: has the isolate's own memory forget a book. */
export function cacheUseCases(
  env: Env,
  { config, log, forget }: { config: Config; log: Log; forget(isbn13: string): void },
): AdminCacheDeps {
  const source = kvMigrationSource(env.BOOK_CACHE, (text) => secrets.sha256(text));
  const database = d1Errors(log);
  const held = d1HeldBooks(env.DB);
  return {
    storedFlags: storedFlags(env.BOOK_CACHE, defaultsOf(config)),
    readCacheMetrics: (limit) => database.read(readCacheMetrics(env.DB, limit)),
    dropFromCache: ({ isbn13, isbn10 }) =>
      dropFromCache(
        {
          isbn13,
          keys: [
            kvKeys.book(isbn13),
            ...(isbn10 === undefined ? [] : [kvKeys.bookByIsbn10(isbn10)]),
          ],
          absence: kvKeys.absent(isbn13),
        },
        {
          read: (keys) => source.read(keys),
          held: (isbns) => database.read(held(isbns)),
          remove: (key) => env.BOOK_CACHE.delete(key),
          forget,
        },
      ),
  };
}
