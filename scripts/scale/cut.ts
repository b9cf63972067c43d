import type { OtherSide, StorageFunction } from "./scan.ts";

/** How to replace a statement that uses tables of two databases. */
export const REMEDIES = {
  copy: "the entry has a copy of the fields of its book that lists show; refreshes keep it current",
  ask: "the book is read by its ISBN in the catalogue first, and passed as a JSON parameter",
  version:
    "the library adds the ISBN to its own list; the refresh compares it with the version in the catalogue",
  outbox:
    "the catalogue's list of changed books is sent to the library databases, each of which has its own list",
  stored:
    "the catalogue is queried for the ISBNs first, and the result is passed as a JSON parameter",
  reported: "libraries report their ISBNs to the catalogue, which marks them",
  steps:
    "two steps: the accounts are read, then the library; the second repeats the part of the condition that concerns it",
  named: "the message contains the user as well as the job",
  parameter: "the value is read with the account, and passed as a parameter",
} as const;

type Remedy = keyof typeof REMEDIES;

/**
 * Every statement that the split breaks, as `file name`, with its remedy. A test compares the names
 * with those that `crossingsOf` finds in the code.
 */
export const CUT: Readonly<Record<OtherSide, Readonly<Record<string, Remedy>>>> = {
  catalogue: {
    "src/catalogue/storage/stale-books.ts STALE_ON_SHELVES": "reported",
    "src/catalogue/storage/works.ts ON_SHELF": "ask",
    "src/imports/storage/deferred.ts SETTLE": "stored",
    "src/imports/storage/enrichment.ts COUNT": "stored",
    "src/imports/storage/enrichment.ts HELD": "stored",
    "src/imports/storage/enrichment.ts SETTLE": "stored",
    "src/imports/storage/places.ts PLACES": "ask",
    "src/library/storage/bulk-shelf.ts READ": "ask",
    "src/library/storage/changed-entries.ts readSql": "ask",
    "src/library/storage/edition-moves.ts REFRESH_IF_STALE": "version",
    "src/library/storage/entry-list-sql.ts entryListSql": "version",
    "src/library/storage/export-archive.ts CHANGED": "copy",
    "src/library/storage/facets.ts ENTRIES": "copy",
    "src/library/storage/key-backfills.ts MARK": "copy",
    "src/library/storage/key-backfills.ts MISSING": "copy",
    "src/library/storage/key-backfills.ts OWNERS": "copy",
    "src/library/storage/key-backfills.ts REFRESH": "version",
    "src/library/storage/shelf-filter-sql.ts WITH_BOOKS": "copy",
    "src/library/storage/shelf-filter-sql.ts selectSql": "copy",
    "src/library/storage/shelf-page-sql.ts pagePlan": "copy",
    "src/library/storage/shelf-pages.ts FILL": "copy",
    "src/library/storage/shelf-refresh.ts DONE": "outbox",
    "src/library/storage/shelf-refresh.ts DUE": "ask",
    "src/library/storage/shelf-refresh.ts TAKE": "outbox",
    "src/library/storage/shelf-refresh.ts TAKEN": "ask",
    "src/library/storage/shelf-upkeep.ts IS_DUE": "copy",
    "src/library/storage/shelf-upkeep.ts KEEP": "copy",
    "src/library/storage/shelf-upkeep.ts REFRESH_KEPT": "version",
    "src/library/storage/shelves.ts FIND": "ask",
    "src/library/storage/shelves.ts REFRESH_IF_STALE": "version",
    "src/library/storage/stats-entries.ts ENTRIES": "copy",
    "src/library/storage/stats.ts SLICE": "outbox",
    "src/library/storage/stats.ts TITLES": "copy",
    "src/library/storage/trash.ts PAGE": "copy",
    "src/sync/storage/feed-sources.ts entries": "copy",
  },
  accounts: {
    "src/accounts/storage/idle-users.ts IDLE": "steps",
    "src/accounts/storage/idle-users.ts IS_IDLE": "steps",
    "src/accounts/storage/user-data.ts ADD_IDLE_TOMBSTONE": "steps",
    "src/accounts/storage/users.ts CREATE": "steps",
    "src/accounts/storage/users.ts SWEEP_UNUSED": "steps",
    "src/dead-letters/storage.ts KEEP": "named",
    "src/library/storage/settings.ts FIND": "parameter",
    "src/quotas/storage/files.ts CREATED_AT": "parameter",
    "src/quotas/storage/standing.ts STANDING": "parameter",
    "src/quotas/storage/standing.ts tokensSql": "parameter",
  },
};

/** Triggers with tables of two sides, and how to replace them. */
export const CUT_TRIGGERS: Readonly<Record<string, Remedy>> = {
  shelves_follow_bare_entries: "version",
  shelves_follow_books: "outbox",
  shelves_follow_gone_books: "outbox",
  shelves_follow_new_books: "outbox",
};

/**
 * Functions, as `file name`, that do not concern a single user or book: they run once in every
 * database of these kinds. A test fails on one that no longer exists.
 */
export const IN_EVERY: Readonly<Record<"library" | "catalogue", ReadonlySet<string>>> = {
  library: new Set([
    "src/accounts/storage/user-data.ts deletionGauges",
    "src/accounts/storage/user-data.ts pruneTombstones",
    "src/catalogue/storage/stale-books.ts staleOnShelves",
    "src/idempotency/storage/applied-changes.ts sweepAppliedChanges",
    "src/idempotency/storage/claims.ts sweepIdempotencyKeys",
    "src/imports/storage/deferred.ts d1DeferredBooks",
    "src/imports/storage/files.ts sweepFiles",
    "src/imports/storage/gauges.ts importGauges",
    "src/imports/storage/restaging.ts restageEnded",
    "src/imports/storage/review-keys.ts keyReviewQueue",
    "src/imports/storage/sweeps.ts stalledJobs",
    "src/imports/storage/sweeps.ts sweepAbandonedUploads",
    "src/imports/storage/sweeps.ts sweepOldRows",
    "src/imports/storage/sweeps.ts sweepPreviews",
    "src/library/storage/key-backfills.ts backfillKeys",
    "src/library/storage/life-tombstones.ts pruneLifeTombstones",
    "src/library/storage/review-retention.ts sweepWaitingRows",
    "src/library/storage/shelf-refresh.ts refreshShelves",
    "src/library/storage/shelf-upkeep.ts checkShelves",
    "src/library/storage/shelf-upkeep.ts keepEntries",
    "src/library/storage/shelf-upkeep.ts pruneRemoved",
    "src/quotas/storage/sweeps.ts sweepQuotaUses",
  ]),
  catalogue: new Set([
    "src/catalogue/storage/known-at-provider.ts knownAtProvider",
    "src/catalogue/storage/loads.ts findLoad",
    "src/catalogue/storage/loads.ts hasLoadedCatalogue",
    "src/catalogue/storage/search-upkeep.ts searchBooksOfOthers",
    "src/catalogue/storage/search-words.ts nearWords",
    "src/catalogue/storage/search.ts d1BookSearch",
    "src/catalogue/storage/stale-books.ts staleOnShelves",
    "src/catalogue/storage/works.ts editionCounts",
    "src/catalogue/storage/works.ts editionsOfWork",
  ]),
};

/** The databases that a storage function uses after the split. */
export function databaseOf({ file, name, sides }: StorageFunction): string {
  const key = `${file} ${name}`;
  const library = IN_EVERY.library.has(key) ? "each library" : "library of the user";
  const catalogue = IN_EVERY.catalogue.has(key) ? "each catalogue" : "catalogue of the ISBN";
  // It runs statements on its callers' tables, which belong to users.
  if (sides.size === 0) return library;
  const parts = [
    ...(sides.has("library") ? [library] : []),
    ...(sides.has("catalogue") ? [catalogue] : []),
    ...(sides.has("accounts") ? ["accounts"] : []),
  ];
  return parts.join(", ");
}
