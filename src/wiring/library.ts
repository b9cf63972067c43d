import type { ScheduledTask } from "../platform/scheduled.ts";
import type { Book } from "../../contract/catalogue.ts";
import { addBook, changeBook, removeBook, type ShelfDeps } from "../library/domain/shelf.ts";
import { libraryBook } from "../library/domain/entry.ts";
import { exportLibrary } from "../library/domain/export.ts";
import { resolveRow, type ReviewDeps } from "../library/domain/review-queue.ts";
import { listShelf } from "../library/domain/shelf-page.ts";
import type { ShelfUseCases } from "../library/http/books.ts";
import type { LibraryExportDeps } from "../library/http/export.ts";
import type { ReviewQueueDeps } from "../library/http/review-queue.ts";
import type { LibraryListDeps } from "../library/http/lists.ts";
import type { Log } from "../platform/log.ts";
import type { BookStore } from "../catalogue/storage/books.ts";
import { d1LibraryExport } from "../library/storage/export.ts";
import { d1ReviewQueue } from "../library/storage/review-queue.ts";
import { d1LibraryNumbers } from "../library/storage/stats.ts";
import { refreshShelves } from "../library/storage/shelf-refresh.ts";
import { d1ShelfPages } from "../library/storage/shelf-pages.ts";
import { d1Shelves } from "../library/storage/shelves.ts";
import { runtimeSecrets } from "./secrets.ts";

/** What shelves need of the isolate. */
interface Shared {
  log: Log;
  books: BookStore;
  lookupBook: ShelfDeps["lookupBook"];
  deleteUser(userId: string): Promise<void>;
  now(): number;
}

/** What the library's routes call. */
export type LibraryUseCases = ShelfUseCases &
  Pick<LibraryListDeps, "listShelf" | "topRated" | "libraryStats"> &
  Pick<LibraryExportDeps, "exportLibrary"> &
  Pick<ReviewQueueDeps, "reviewPage" | "resolveRow" | "dismissRow">;

/** Puts the library together. */
export function buildLibrary(
  env: Env,
  { log, books, lookupBook, deleteUser, now }: Shared,
): LibraryUseCases {
  const shelves = d1Shelves(env.DB, log);
  const pages = d1ShelfPages(env.DB, log);
  const numbers = d1LibraryNumbers(env.DB, log);
  const queue = d1ReviewQueue(env.DB, log);
  const library = d1LibraryExport(env.DB, log);
  const deps: ReviewDeps = {
    findRow: (userId, id) => queue.find(userId, id),
    shelves,
    lookupBook,
    keepBook: (book) => keepBook(book, books, now),
    sha256: (text) => runtimeSecrets.sha256(text),
    now,
  };
  return {
    findPlace: (userId, isbn) => shelves.find(userId, isbn),
    addBook: (input) => addBook(input, deps),
    changeBook: (input) => changeBook(input, deps),
    removeBook: (input) => removeBook(input, deps),
    deleteUser,
    listShelf: (input) => listShelf(input, { pages }),
    async topRated(userId, year, limit) {
      const places = await pages.topRated(userId, year, limit);
      return places.map((place) => libraryBook(place.entry, place));
    },
    libraryStats: (userId, year) => numbers.stats(userId, year),
    exportLibrary: (input) => exportLibrary(input, { library }),
    async reviewPage(userId, after, limit) {
      const { rows, total, hasMore } = await queue.page(userId, after, limit);
      const last = rows.at(-1);
      return {
        items: rows.map(
          ({ item: { rowHash: _hash, details: _details, entry: _entry, addedAt: _at, ...item } }) =>
            item,
        ),
        total,
        ...(hasMore && last ? { next: { createdAt: last.createdAt, id: last.id } } : {}),
      };
    },
    resolveRow: (input) => resolveRow(input, deps),
    dismissRow: (userId, id) => queue.dismiss(userId, id, now()),
  };
}

/** A book that only a cache holds goes to the catalogue, where shelves see it; it is stale and will be fetched anew. */
async function keepBook(book: Book, books: BookStore, now: () => number): Promise<void> {
  if ((await books.find(book.isbn)).kind !== "miss") return;
  await books.save({ book, fetchedAt: now(), freshUntil: 0 }, undefined);
}

/** What the clock sets off for shelves. */
export function libraryTasks(env: Env): Record<string, ScheduledTask> {
  return { refresh_shelves: () => refreshShelves(env.DB) };
}
