import type { AccountsModule } from "../accounts/module.ts";
import type { CatalogueModule } from "../catalogue/module.ts";
import type { IdempotencyModule } from "../idempotency/module.ts";
import type { DomainError } from "../platform/errors.ts";
import { sha256 } from "../platform/crypto.ts";
import { announcedDb } from "../platform/change-notices.ts";
import { router } from "../platform/http/router.ts";
import type { Module } from "../platform/module.ts";
import type { Platform } from "../platform/platform.ts";
import { shelfLimitsOf } from "../quotas/domain/policy.ts";
import { refusalError } from "../quotas/domain/refusal.ts";
import type { QuotasModule } from "../quotas/module.ts";
import type { RateLimitsModule } from "../rate-limits/module.ts";
import { libraryBook } from "./domain/entry.ts";
import type { ReadEntries } from "./domain/changed-entries.ts";
import type { Settings } from "./domain/settings.ts";
import { moveToEdition } from "./domain/edition.ts";
import { exportLibrary } from "./domain/export.ts";
import { settleRows, type BulkReviewDeps } from "./domain/bulk-review.ts";
import type { ProgressDeps } from "./domain/progress-ports.ts";
import { changeProgress, recordProgress, removeProgress } from "./domain/record-progress.ts";
import { resolveRow } from "./domain/review-queue.ts";
import { listShelf } from "./domain/shelf-page.ts";
import { addBook, changeBook, type ShelfDeps } from "./domain/shelf.ts";
import { changeMany, matchedProgress } from "./domain/bulk-change.ts";
import { removeBook, restoreBook } from "./domain/trash.ts";
import { libraryRoutes } from "./http/books.ts";
import { goalRoutes } from "./http/goals.ts";
import { settingsRoutes } from "./http/settings.ts";
import { goalUseCases } from "./goals.ts";
import { editionRoutes } from "./http/edition.ts";
import { libraryExportRoutes } from "./http/export.ts";
import { libraryFacetRoutes } from "./http/facets.ts";
import { libraryListRoutes } from "./http/lists.ts";
import { progressRoutes } from "./http/progress.ts";
import { reviewQueueRoutes } from "./http/review-queue.ts";
import { bulkRoutes } from "./http/bulk.ts";
import { d1LibraryFacets } from "./storage/facets.ts";
import { trashRoutes } from "./http/trash.ts";
import { d1EditionMoves } from "./storage/edition-moves.ts";
import { d1Archive } from "./storage/export-archive.ts";
import { d1LibraryExport } from "./storage/export.ts";
import { sweepWaitingRows } from "./storage/review-retention.ts";
import { DAY_MS } from "../platform/time.ts";
import { d1ReviewQueue } from "./storage/review-queue.ts";
import { d1ShelfPages } from "./storage/shelf-pages.ts";
import { backfillKeys } from "./storage/key-backfills.ts";
import { refreshShelves } from "./storage/shelf-refresh.ts";
import { pruneLifeTombstones } from "./storage/life-tombstones.ts";
import { d1ChangedEntries } from "./storage/changed-entries.ts";
import { d1Goals, type Goals } from "./storage/goals.ts";
import { d1Settings } from "./storage/settings.ts";
import { d1Progress } from "./storage/progress.ts";
import { checkShelves, keepEntries, pruneRemoved, TOMBSTONE_MS } from "./storage/shelf-upkeep.ts";
import { d1Shelves } from "./storage/shelves.ts";
import { d1BulkShelf } from "./storage/bulk-shelf.ts";
import { d1Trash } from "./storage/trash.ts";
import { d1LibraryNumbers } from "./storage/stats.ts";

export { BOOK_BINDING, BOOK_SERIES, bookSeriesOf } from "./storage/book-details.ts";
export { showProgressSql } from "./storage/progress-writes.ts";
export { slicesDueSql, takeSql } from "./storage/shelf-takes.ts";
export { entryListSql } from "./storage/entry-list-sql.ts";
export { countsOfList, listStatements, type EntryList } from "./storage/entry-lists.ts";
export { archiveSql, archiveStatements, type ArchivedRows } from "./storage/archive-writes.ts";
export { fitTrash } from "./storage/trash.ts";
export { MOVED_SQL } from "./storage/edition-moves.ts";
export {
  ENTRY_COLUMNS,
  entryOf,
  OWN,
  READINGS,
  readingsOf,
  ownOf,
  type EntryRow,
  type PlaceRow,
} from "./storage/entry-rows.ts";
export { PROGRESS_COLUMNS, progressOf, type ProgressRow } from "./storage/progress-rows.ts";
export { BYTES, isLong, PAGE_COLUMNS } from "./storage/shelf-page-sql.ts";
export { fillEntries, filledOf, type Filled } from "./storage/shelf-pages.ts";
export { lookupError, ownLibrary } from "./http/books.ts";
export { etagHeader, notModified, requireEntryId, REVALIDATED, userParams } from "./http/parts.ts";

/** Interface of the module for the modules above it. */
export interface LibraryModule extends Module {
  /** Dependencies of the shelf's use cases. */
  shelf: ShelfDeps & { entries: ReadEntries };
  /** Dependencies of the use cases of progress. */
  progress: ProgressDeps;
  goals: Goals;
  settings: Settings;
  /** The errors for an addition to a full shelf and for progress beyond its limit. */
  shelfFull(): DomainError;
  progressFull(): DomainError;
}

/** The libraries of users: entries, pages, statistics, export, and the review queue. */
export function libraryModule(
  platform: Platform,
  below: {
    rateLimits: RateLimitsModule;
    idempotency: IdempotencyModule;
    quotas: QuotasModule;
    accounts: AccountsModule;
    catalogue: CatalogueModule;
  },
): LibraryModule {
  const { config, env, log, newId, now, version } = platform;
  const { limiters } = below.rateLimits;
  const { quotas } = below;
  const { once } = below.idempotency;
  const { authenticate, authenticateUncached, deleteUser, downloadTickets, logins } =
    below.accounts;
  const shelves = d1Shelves(quotas.countedDb("library"), newId, log, shelfLimitsOf(quotas.quotas));
  const announced = announcedDb(platform);
  const many = d1BulkShelf(quotas.countedDb("library"), newId, log, shelfLimitsOf(quotas.quotas));
  const moves = d1EditionMoves(quotas.countedDb("library"), newId, log);
  const pages = d1ShelfPages(env.DB, log);
  const numbers = d1LibraryNumbers(env.DB, log);
  const facets = d1LibraryFacets(env.DB, log);
  const queue = d1ReviewQueue(quotas.countedDb("library"), log);
  const library = d1LibraryExport(env.DB, log);
  const archive = d1Archive(env.DB, log);
  const deps: BulkReviewDeps & { entries: ReadEntries } = {
    entries: d1ChangedEntries(quotas.countedDb("library"), newId, log),
    waiting: queue.waiting,
    findRow: (userId, id) => queue.find(userId, id),
    shelves,
    lookupBook: below.catalogue.lookupBook,
    keepBook: below.catalogue.keepBook,
    sha256,
    now,
  };
  const full = (quota: "entries" | "progress"): DomainError => {
    const limit = quotas.quotas[quota];
    const refusal = { kind: "limit", quota, limit, used: limit } as const;
    quotas.refused(refusal);
    return refusalError(refusal, now());
  };
  const shared = {
    authenticate,
    limiters,
    once,
    shelfFull: () => full("entries"),
    progressFull: () => full("progress"),
  };
  const settings = d1Settings(quotas.countedDb("library"), newId, log);
  const goals = d1Goals(quotas.countedDb("library"), newId, log);
  const progress: ProgressDeps = {
    shelves,
    progress: d1Progress(quotas.countedDb("library"), newId, log, shelfLimitsOf(quotas.quotas)),
    newId,
    now,
  };
  return {
    shelf: deps,
    progress,
    goals,
    settings,
    shelfFull: () => full("entries"),
    progressFull: () => full("progress"),
    routes: () =>
      router()
        .route(
          "/",
          settingsRoutes({
            ...shared,
            findSettings: settings.find,
            setTimeZone: settings.setTimeZone,
          }),
        )
        .route("/", goalRoutes({ ...shared, ...goalUseCases(goals, numbers, now) }))
        .route(
          "/",
          progressRoutes({
            ...shared,
            findPlace: (userId, isbn) => shelves.find(userId, isbn),
            recordProgress: (input) => recordProgress(input, progress),
            changeProgress: (input) => changeProgress(input, progress),
            removeProgress: (input) => removeProgress(input, progress),
            progressOfBook: progress.progress.ofBook,
          }),
        )
        .route(
          "/",
          libraryListRoutes({
            ...shared,
            listShelf: (input) => listShelf(input, { pages }),
            async topRated(userId, year, limit) {
              const places = await pages.topRated(userId, year, limit);
              return places.map((place) => libraryBook(place.entry, place));
            },
            shelfState: (userId) => numbers.state(userId),
            libraryStats: (userId, query, state) => numbers.stats(userId, query, state, now()),
            version,
            now,
          }),
        )
        .route(
          "/",
          libraryFacetRoutes({
            ...shared,
            shelfState: (userId) => numbers.state(userId),
            countFacets: (userId, filter) => facets.count(userId, filter),
            version,
          }),
        )
        .route(
          "/",
          libraryExportRoutes({
            ...shared,
            authenticateUncached,
            downloadTickets,
            logins,
            exportLibrary: (input) => exportLibrary(input, { library, archive, now }),
            log,
          }),
        )
        .route(
          "/",
          reviewQueueRoutes({
            ...shared,
            async reviewPage(userId, jobId, after, limit) {
              const { rows, total, hasMore } = await queue.page(userId, jobId, after, limit);
              const last = rows.at(-1);
              return {
                items: rows.map(
                  ({
                    item: {
                      rowHash: _hash,
                      details: _details,
                      entry: _entry,
                      addedAt: _at,
                      ...item
                    },
                  }) => item,
                ),
                total,
                ...(hasMore && last ? { next: { createdAt: last.createdAt, id: last.id } } : {}),
              };
            },
            resolveRow: (input) => resolveRow(input, deps),
            settleRows: (input) => settleRows(input, deps),
            dismissRow: (userId, id) => queue.dismiss(userId, id, now()),
          }),
        )
        .route(
          "/",
          bulkRoutes({
            ...shared,
            shelfState: (userId) => numbers.state(userId),
            matchedProgress: (input) => matchedProgress(input, { many }),
            changeMany: (input) => changeMany(input, { many, now }),
          }),
        )
        .route(
          "/",
          trashRoutes({
            ...shared,
            trash: d1Trash(quotas.countedDb("library"), log),
            restoreBook: (input) => restoreBook(input, deps),
            now,
          }),
        )
        .route(
          "/",
          editionRoutes({
            ...shared,
            moveToEdition: (input) => moveToEdition(input, { ...deps, ...moves }),
          }),
        )
        .route(
          "/",
          libraryRoutes({
            ...shared,
            findPlace: (userId, isbn) => shelves.find(userId, isbn),
            addBook: (input) => addBook(input, deps),
            changeBook: (input) => changeBook(input, deps),
            removeBook: (input) => removeBook(input, deps),
            deleteUser,
            authenticateUncached,
          }),
        ),
    tasks: {
      refresh_shelves: () => refreshShelves(announced),
      keep_entries: () => keepEntries(announced),
      backfill_keys: () => backfillKeys(announced),
      check_shelves: () => checkShelves(env.DB, now(), log),
      async prune_removed() {
        const pruned = await pruneLifeTombstones(env.DB, now() - TOMBSTONE_MS);
        return pruned + (await pruneRemoved(env.DB, now()));
      },
      async sweep_waiting_rows() {
        const days = config.RETENTION.waitingRows;
        return days === 0 ? 0 : sweepWaitingRows(env.DB, now() - days * DAY_MS);
      },
    },
  };
}
