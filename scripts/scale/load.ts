import performance from "../../docs/performance.json" with { type: "json" };
import { median } from "../../bench/statistics.ts";
import type { Counted } from "../cost/measured.ts";
import type { Side } from "./sides.ts";

/** Load of the databases of one kind from one unit. */
export interface Load {
  /** Statements; if a unit writes, all of them count as writes. */
  readonly statements: number;
  readonly rowsRead: number;
  readonly rowsWritten: number;
}

const results = performance.results;
const counted = results.operations.data;
const NONE: Load = { statements: 0, rowsRead: 0, rowsWritten: 0 };

/** Rows that D1 writes for an entry of the bulk insert: the row, and seven or eight indexes. */
const ROWS_OF_AN_ENTRY = 9;

/**
 * Time of a database per operation, in ms. That of a statement is an assumption: a database runs
 * one at a time, and docs/COST.md assumes some hundreds of write statements per second. Rows are
 * measured: a scan of all books, and the insert of entries in bulk.
 */
export const TIMES = {
  readStatement: 1,
  writeStatement: 3,
  rowRead: median(results["title-search"].data.times.like) / results["title-search"].data.books,
  rowWritten:
    median(results["import-known"].data.inserts) /
    (results["import-known"].data.rows * ROWS_OF_AN_ENTRY),
} as const;

/** Statements per row of a large file, too few to show in the difference between two small ones. */
const STATEMENTS_OF_A_ROW =
  Object.entries(results["import-known"].data.d1Statements)
    .filter(([what]) => what !== "batch")
    .reduce((sum, [, count]) => sum + count, 0) / results["import-known"].data.rows;

const knownRow: Load = { ...loadOf("import row, known"), statements: STATEMENTS_OF_A_ROW };

/**
 * The load of each unit of `MONTH_OF_A_USER` (scripts/cost/model.ts) by kind of database, from the
 * operations that the bench has counted. An imported row of an unknown book loads its library like
 * one of a known book; the rest of its load is on the catalogue. A page is read from its library
 * alone, once entries have a copy of their book.
 */
export const LOADS: Readonly<Record<string, Partial<Record<Side, Load>>>> = {
  "lookup, memory": {},
  "lookup, KV": {},
  "lookup, D1": { catalogue: loadOf("lookup, D1") },
  "lookup, provider": { catalogue: loadOf("lookup, provider") },
  "scan beyond its lookup": {
    library: loadOf("scan of a book in memory, under a key"),
    accounts: { ...NONE, statements: 1, rowsRead: 1 },
  },
  "import row, known": { library: knownRow },
  "import row, unknown": { library: knownRow, catalogue: beyond("import row, unknown", knownRow) },
  "import, fixed cost": {
    library: loadOf("import, fixed cost"),
    accounts: { ...NONE, statements: 1, rowsRead: 1 },
  },
  "stream minute": { library: { ...NONE, statements: 1, rowsRead: 60 } },
  "shelf read": {
    library: loadOf("page of 50 of a shelf"),
    accounts: { ...NONE, statements: 1, rowsRead: 1 },
  },
};

/** Load of every database from the scheduled work of a minute. */
export const MINUTE_LOAD = loadOf("a minute's scheduled work, with nothing to do");

/** Calls to Open Library per lookup that reaches the providers. */
export const CALLS_OF_A_LOOKUP = counted["lookup, provider"].providerCalls;

/** The time that a load takes a database, in ms. */
export function msOf({ statements, rowsRead, rowsWritten }: Load): number {
  const statement = rowsWritten > 0 ? TIMES.writeStatement : TIMES.readStatement;
  return statements * statement + rowsRead * TIMES.rowRead + rowsWritten * TIMES.rowWritten;
}

function loadOf(name: Counted): Load {
  const { d1Statements, d1RowsRead, d1RowsWritten } = counted[name];
  return { statements: d1Statements, rowsRead: d1RowsRead, rowsWritten: d1RowsWritten };
}

/** Load of a unit beyond that of another one. */
function beyond(name: Counted, part: Load): Load {
  const whole = loadOf(name);
  return {
    statements: Math.max(0, whole.statements - part.statements),
    rowsRead: Math.max(0, whole.rowsRead - part.rowsRead),
    rowsWritten: Math.max(0, whole.rowsWritten - part.rowsWritten),
  };
}
