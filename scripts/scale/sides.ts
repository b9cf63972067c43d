/** The kinds of databases that one database becomes: for what belongs to a user, for what belongs to a book, and for the rest. */
export type Side = "library" | "catalogue" | "accounts";

/**
 * The side of each table of the schema; a test fails if one is missing.
 *
 * - `library`: rows of one user, in the database of that user. `DeletedUsers` is among them, because every write of a library
 *   reads it; so is `QuotaUses`, whose counts of networks and of the service are rows in the database of the accounts.
 * - `catalogue`: rows of one book, in the database of its ISBN. `ShelfRefreshes` is the catalogue's list of changed books. The
 *   runs of the migration are here, because a page is written with its run; they end before the catalogue is divided.
 * - `accounts`: rows that are read before the user, and with it their database, is known, and rows of the service itself.
 */
export const TABLE_SIDES: Readonly<Record<string, Side>> = {
  ...of("library", [
    "UserLibrary",
    "UserBooks",
    "Readings",
    "Tags",
    "Progress",
    "Goals",
    "Settings",
    "RemovedEntries",
    "EditionMoves",
    "Shelves",
    "ShelfSlices",
    "KeyBackfills",
    "ReviewQueue",
    "ImportJobs",
    "ImportRows",
    "ImportChunks",
    "ImportResults",
    "ImportEvents",
    "IdempotencyKeys",
    "SyncKeys",
    "DeletedUsers",
    "QuotaUses",
    "QuotaFiles",
  ]),
  ...of("catalogue", [
    "Books",
    "BookSearch",
    "SearchTerms",
    "Covers",
    "CoverSpace",
    "CatalogueLoads",
    "ShelfRefreshes",
    "MigratedKeys",
    "MigrationRuns",
    "MigrationErrors",
  ]),
  ...of("accounts", [
    "Users",
    "Tokens",
    "Identities",
    "Pairings",
    "DownloadTickets",
    "CacheMetrics",
    "DeadLetters",
    "LegacySocketUses",
  ]),
};

function of(side: Side, tables: readonly string[]): Record<string, Side> {
  return Object.fromEntries(tables.map((table) => [table, side]));
}
