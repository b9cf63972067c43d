import { seededRandom } from "../../test/tools/stand-in/random.ts";
import { MONTH_OF_A_USER } from "../cost/model.ts";
import { CALLS_OF_A_LOOKUP, LOADS, MINUTE_LOAD, msOf } from "./load.ts";
import { BOOKS_OF_A_USER, type Plan } from "./plan.ts";
import type { Side } from "./sides.ts";

const MINUTES = 1440;
const MINUTE_MS = 60_000;
const DAYS_OF_A_MONTH = 30;
/** The minute of the most traffic on any day. */
const EVENING = 20 * 60;
/** Peak traffic of a day divided by its mean, minus 1. */
const SWING = 0.8;

/** First minute of the launch, and the period in which its users arrive, most of them in the middle. */
const LAUNCH = 17 * 60;
const LAUNCH_MINUTES = 120;
/** Share of all users that arrive in the launch. */
export const LAUNCH_SHARE = 0.04;
/** What a new user does in their first hour, apart from importing all their books. */
export const FIRST_HOUR: Readonly<Record<string, number>> = {
  "lookup, KV": 5,
  "lookup, provider": 1,
  "scan beyond its lookup": 5,
  "stream minute": 5,
  "shelf read": 10,
  "import, fixed cost": 1,
};

/** Calls to Open Library per minute and books per call, as limited in src/catalogue/asked-providers.ts. */
const PROVIDER_CALLS = 3 * 60;
const BOOKS_OF_A_CALL = 25;

/** Units that are imported rows, which wait until their database has spare time. */
const ROWS = ["import row, known", "import row, unknown"] as const;

/** What varies between days. */
export interface DayOptions {
  readonly hasLaunch: boolean;
  /** Share of imported rows whose book the catalogue lacks. */
  readonly unknownShare: number;
  /** Factor by which every operation is slower than on the machine of the bench. */
  readonly slowness: number;
  readonly seed: number;
}

/** Load of the databases of one kind: shares of a minute in which a database is busy; above 1 it falls behind. */
export interface Busy {
  readonly mean: number;
  /** The busiest minute of the busiest database. */
  readonly peak: number;
}

/** Rows or books that are waiting. */
interface Waiting {
  readonly most: number;
  /** Minutes from the start of the launch until nothing is waiting; extrapolated beyond the day. */
  readonly minutes: number;
}

/** A simulated day. */
export interface Day {
  readonly busy: Readonly<Record<Side, Busy>>;
  /** Imported rows that are waiting for their library database, over all databases. */
  readonly rows: Waiting;
  /** Books that are waiting for a provider. */
  readonly books: Waiting;
  /** How often each unit occurs. */
  readonly units: Readonly<Record<string, number>>;
}

/** One database over the day. */
interface Database {
  /** Share of the users or books. */
  readonly share: number;
  /** Outstanding work, in ms. */
  dueMs: number;
  /** Imported rows that are waiting. */
  rows: number;
  busyMs: number;
  peak: number;
}

/** Runs a day, minute by minute. The same options and plan give the same day. */
export function simulateDay(plan: Plan, options: DayOptions): Day {
  const random = seededRandom(options.seed);
  const { slowness } = options;
  const libraries = databases(plan.libraries, plan.users, random);
  const catalogues = databases(plan.catalogues, plan.users, random);
  const accounts = databases(1, plan.users, random);
  const units: Record<string, number> = {};
  const rows = queue();
  const books = queue();
  let waitingBooks = 0;
  for (let minute = 0; minute < MINUTES; minute += 1) {
    const due = unitsOf(minute, plan.users, options);
    for (const [unit, count] of Object.entries(due)) units[unit] = (units[unit] ?? 0) + count;
    const requests = Object.entries(due).filter(([unit]) => !isRow(unit));
    const newRows = importedRows(due);
    const ofLibraries = workOf(requests, "library", slowness);
    const shelved = sum(libraries, (one) =>
      serveLibrary(one, ofLibraries, { newRows, slowness, random }),
    );
    const ofAccounts = workOf(requests, "accounts", slowness);
    for (const one of accounts) serve(one, msDue(one, ofAccounts, random));

    const unknown = (due["import row, unknown"] ?? 0) / (newRows || 1);
    waitingBooks += shelved * unknown;
    const calls = PROVIDER_CALLS - (due["lookup, provider"] ?? 0) * CALLS_OF_A_LOOKUP;
    const answered = Math.min(waitingBooks, Math.max(0, calls) * BOOKS_OF_A_CALL);
    const ofCatalogues = workOf(requests, "catalogue", slowness);
    waitingBooks -= serveCatalogues(catalogues, ofCatalogues, answered, { slowness, random });
    const waitingRows = sum(libraries, (one) => one.rows);
    rows.note(minute, waitingRows, shelved);
    books.note(minute, waitingBooks, PROVIDER_CALLS * BOOKS_OF_A_CALL);
  }
  return {
    busy: { library: busyOf(libraries), catalogue: busyOf(catalogues), accounts: busyOf(accounts) },
    rows: rows.result(),
    books: books.result(),
    units,
  };
}

/** Load of a single database with everything in the busiest minute of a day, in shares of a minute. */
export function busiestMinute(users: number, options: Omit<DayOptions, "seed">): number {
  const minutes = Array.from({ length: MINUTES }, (_, minute) => unitsOf(minute, users, options));
  const loads = minutes.map((units) =>
    sum(Object.entries(units), ([unit, count]) =>
      sum(Object.values(LOADS[unit] ?? {}), (load) => count * msOf(load)),
    ),
  );
  return (options.slowness * Math.max(...loads)) / MINUTE_MS;
}

/** How often each unit occurs in a minute, over all users. */
export function unitsOf(
  minute: number,
  users: number,
  { hasLaunch, unknownShare }: Pick<DayOptions, "hasLaunch" | "unknownShare">,
): Record<string, number> {
  const swing = 1 + SWING * Math.cos((2 * Math.PI * (minute - EVENING)) / MINUTES);
  const everyday = (users * swing) / DAYS_OF_A_MONTH / MINUTES;
  const units: Record<string, number> = {};
  const add = (unit: string, count: number): void => {
    units[unit] = (units[unit] ?? 0) + count;
  };
  const addRows = (count: number): void => {
    add("import row, known", count * (1 - unknownShare));
    add("import row, unknown", count * unknownShare);
  };
  for (const [unit, count] of Object.entries(MONTH_OF_A_USER)) {
    if (isRow(unit)) addRows(count * everyday);
    else add(unit, count * everyday);
  }
  const newUsers = hasLaunch ? users * LAUNCH_SHARE * arrivals(minute) : 0;
  for (const [unit, count] of Object.entries(FIRST_HOUR)) add(unit, count * newUsers);
  addRows(BOOKS_OF_A_USER * newUsers);
  return units;
}

/** Share of the new users that arrive in a minute: none outside of the launch, most in its middle. */
function arrivals(minute: number): number {
  const at = minute - LAUNCH + 0.5;
  if (at < 0 || at > LAUNCH_MINUTES) return 0;
  const half = LAUNCH_MINUTES / 2;
  return (half - Math.abs(at - half)) / half ** 2;
}

const isRow = (unit: string): boolean => ROWS.some((row) => row === unit);

const importedRows = (units: Readonly<Record<string, number>>): number =>
  sum(ROWS, (unit) => units[unit] ?? 0);

/** Databases with shares that vary as those of a hash of users or books. */
function databases(count: number, members: number, random: () => number): Database[] {
  const shares = Array.from({ length: count }, () => around(members / count, random));
  const all = sum(shares, (share) => share);
  return shares.map((share) => ({ share: share / all, dueMs: 0, rows: 0, busyMs: 0, peak: 0 }));
}

/** A number of independent events, given how many are expected: a Poisson variable, by its normal approximation. */
function around(expected: number, random: () => number): number {
  return Math.max(0, expected + normal(random) * Math.sqrt(expected));
}

/** A normally distributed number of mean 0 and variance 1. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Load of all databases of a kind from the requests of a minute, in ms: the mean and its variance. */
interface Work {
  readonly mean: number;
  readonly variance: number;
  /** Scheduled work, the whole of which runs in every database. */
  readonly scheduled: number;
}

function workOf(
  units: readonly (readonly [unit: string, count: number])[],
  side: Side,
  slowness: number,
): Work {
  let mean = 0;
  let variance = 0;
  for (const [unit, count] of units) {
    const load = LOADS[unit]?.[side];
    if (load === undefined) continue;
    const ms = slowness * msOf(load);
    mean += count * ms;
    variance += count * ms ** 2;
  }
  return { mean, variance, scheduled: slowness * msOf(MINUTE_LOAD) };
}

/** Share of a database in the work of a minute, in ms. */
function msDue({ share }: Database, work: Work, random: () => number): number {
  const varied = share * work.mean + normal(random) * Math.sqrt(share * work.variance);
  return Math.max(0, varied) + work.scheduled;
}

/** Duration of operations, and the source of variation. */
interface Pace {
  readonly slowness: number;
  readonly random: () => number;
}

/** Requests come first; imported rows get the rest of the minute. @returns the rows that are now on their shelves */
function serveLibrary(
  one: Database,
  work: Work,
  { newRows, slowness, random }: Pace & { readonly newRows: number },
): number {
  const ms = msDue(one, work, random);
  const rowMs = slowness * msOf(LOADS[ROWS[0]]?.library ?? MINUTE_LOAD);
  one.rows += around(newRows * one.share, random);
  const done = Math.min(one.rows, Math.max(0, MINUTE_MS - one.dueMs - ms) / rowMs);
  one.rows -= done;
  serve(one, ms + done * rowMs);
  return done;
}

/** Lookups come first; the books of imports get the rest of the minute. @returns the books of imports that are stored */
function serveCatalogues(
  all: readonly Database[],
  work: Work,
  books: number,
  { slowness, random }: Pace,
): number {
  const bookMs = slowness * msOf(LOADS[ROWS[1]]?.catalogue ?? MINUTE_LOAD);
  const due = all.map((one) => msDue(one, work, random));
  const room = all.map(
    (one, index) => Math.max(0, MINUTE_MS - one.dueMs - (due[index] ?? 0)) / bookMs / one.share,
  );
  const stored = Math.min(books, ...room);
  all.forEach((one, index) => serve(one, (due[index] ?? 0) + stored * one.share * bookMs));
  return stored;
}

/** Works for at most a minute; the rest waits for the next one. */
function serve(one: Database, ms: number): void {
  const due = one.dueMs + ms;
  one.peak = Math.max(one.peak, due / MINUTE_MS);
  one.busyMs += Math.min(due, MINUTE_MS);
  one.dueMs = Math.max(0, due - MINUTE_MS);
}

function busyOf(all: readonly Database[]): Busy {
  return {
    mean: sum(all, ({ busyMs }) => busyMs) / all.length / MINUTES / MINUTE_MS,
    peak: Math.max(...all.map(({ peak }) => peak)),
  };
}

/** Follows the length of a queue. What remains at the end of the day is assumed to drain at the rate of the last minute. */
function queue(): {
  note(minute: number, waiting: number, pace: number): void;
  result(): Waiting;
} {
  let most = 0;
  let last = LAUNCH;
  let beyond = 0;
  return {
    note(minute, waiting, pace) {
      most = Math.max(most, waiting);
      if (waiting < 1) return;
      last = Math.max(last, minute + 1);
      beyond = minute === MINUTES - 1 ? waiting / pace : 0;
    },
    result: () => ({ most, minutes: last - LAUNCH + beyond }),
  };
}

function sum<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
