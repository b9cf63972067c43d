/** Sizes and growth that the plan assumes; docs/COST.md explains the sizes of a book, an entry and a row. */
export const SIZES = {
  /** A book with its indexes and its search text, in KB. */
  book: 4,
  /** An entry on a shelf, in KB. */
  entry: 0.7,
  /** The copy of the fields that lists show of a book, which the split adds to an entry, in KB. */
  copy: 0.2,
  /** An imported row, kept for 30 days, in KB. */
  importedRow: 2,
  /** An account with its tokens, in KB. */
  account: 0.5,
} as const;

/** Books on a shelf, on average. */
export const BOOKS_OF_A_USER = 300;
/** Books in the catalogue at `USERS_AT`; four times as many users need twice as many books, since most readers share books. */
const BOOKS_AT = 1_000_000;
const USERS_AT = 25_000;

/** D1's limit for all databases of a Cloudflare account, in GB. */
export const MAX_ACCOUNT_GB = 1000;
/** A database is divided when it reaches this size, in GB: D1's limit is 10 GB, and a division takes time. */
export const FULL_GB = 6;

const KB_IN_GB = 1e6;

/** The databases for a number of users. Sizes are in GB, of all databases of a kind together. */
export interface Plan {
  readonly users: number;
  readonly libraryGb: number;
  readonly libraries: number;
  readonly catalogueGb: number;
  readonly catalogues: number;
  readonly accountsGb: number;
}

/**
 * Plans the databases for a number of users: as many as their sizes need, in powers of two, so that dividing one moves half of
 * its rows. @param importedRows rows that a user imports in a month
 */
export function planFor(users: number, importedRows: number): Plan {
  const userKb = BOOKS_OF_A_USER * (SIZES.entry + SIZES.copy) + importedRows * SIZES.importedRow;
  const libraryGb = (users * userKb) / KB_IN_GB;
  const books = BOOKS_AT * Math.sqrt(users / USERS_AT);
  const catalogueGb = (books * SIZES.book) / KB_IN_GB;
  return {
    users,
    libraryGb,
    libraries: databasesFor(libraryGb),
    catalogueGb,
    catalogues: databasesFor(catalogueGb),
    accountsGb: (users * SIZES.account) / KB_IN_GB,
  };
}

function databasesFor(gb: number): number {
  return 2 ** Math.max(0, Math.ceil(Math.log2(gb / FULL_GB)));
}
