import type { Platform } from "../platform/platform.ts";
import { isoTime } from "../platform/time.ts";
import type { EditionsDeps } from "./domain/editions.ts";
import type { BookStore } from "./storage/books.ts";
import { kvEditionsCache } from "./storage/editions-cache.ts";
import { editionsOfWork } from "./storage/works.ts";

const ASK_BUDGET_MS = 5000;

/** Connects the editions of a work to D1, KV, and the desk of the provider that knows works. */
export function editionsDeps(
  { env, log, now, defer }: Platform,
  { books, ...shared }: Pick<EditionsDeps, "lookup" | "admitMiss"> & { readonly books: BookStore },
): EditionsDeps {
  return {
    ...shared,
    catalogued: (workId) =>
      editionsOfWork(env.DB, workId).catch((error: unknown) => {
        log.error("d1_read_failed", { error });
        return undefined;
      }),
    noteWork: (isbn13, workId) => noteWork({ isbn13, workId }, books, now),
    cache: kvEditionsCache(env.BOOK_CACHE, { now, log }),
    ask: (query, { account }) =>
      env.PROVIDER_DESKS.getByName("openlibrary").search(query, {
        lane: "scan",
        budgetMs: ASK_BUDGET_MS,
        account,
      }),
    defer,
    now,
  };
}

/** Adds the work to a stored book, unless the book is written concurrently. */
async function noteWork(
  { isbn13, workId }: { isbn13: string; workId: string },
  books: BookStore,
  now: () => number,
): Promise<void> {
  const reading = await books.find(isbn13);
  if (reading.kind !== "hit") return;
  const { version, ...record } = reading.stored;
  const source = { provider: "openlibrary", fetchedAt: isoTime(now()), fields: ["workId"] };
  const book = { ...record.book, workId, sources: [source, ...record.book.sources] };
  await books.save({ ...record, book }, version);
}
