import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { generatedBooks } from "../../test/tools/stand-in/generated-books.ts";
import { ask } from "../ask.ts";
import { madeUpBooks } from "../books.ts";
import type { BenchCase, Line } from "../case.ts";
import type { CountedService } from "../counted-service.ts";
import { atMost } from "../figure.ts";
import { pollUntil, startImport } from "../import-client.ts";
import type { OperationCounts } from "../operation-counts.ts";

/** Average number of operations of one lookup, scan, row, page or minute. */
export interface OperationsOfOne {
  readonly kvReads: number;
  readonly kvWrites: number;
  readonly d1Statements: number;
  readonly d1RowsRead: number;
  readonly d1RowsWritten: number;
  readonly objectCalls: number;
  readonly messages: number;
  readonly providerCalls: number;
}

const LOOKUPS = 200;
const HOT_LOOKUPS = 2000;
const FEW_CONNECTIONS = 4;
const ROWS = 1000;
const SHELF = 300;
const PAGES = 20;
/** Hot lookups may cause at most one write per this number of lookups, or one every ten seconds. */
const HITS_A_WRITE = 100;

/** Counts the operations on storage, Durable Objects, queues and providers for one lookup, scan, row, page or minute. */
export const operations: BenchCase = {
  name: "operations",
  title: "Operations of one lookup, scan, imported row, page, minute",
  about: `Counted around the bindings of the service, during requests and in the background after them, and divided by the number of
repetitions. Rows are as D1 counts them, including index entries. Calls to Durable Objects are counted by the caller;
alarms, and a Durable Object's operations on its own storage, are not counted. Metrics are on, so their share is included.
The fixed cost of an import is that of a file with one row; the cost of a row is the difference to a file of ${ROWS.toLocaleString("en")}.`,
  async run(world) {
    const books = madeUpBooks(ROWS);
    const fromProviders = generatedBooks(LOOKUPS + ROWS + 1, 5);
    const standIn = await world.standIn(fromProviders);
    const catalogue = await world.catalogue(books);
    const service = await world.countedService({ ...standIn.env, ...NO_LIMITS }, catalogue);
    const user = await newUser(service);
    const paths = books.slice(0, LOOKUPS).map(({ isbn }) => lookup(isbn));

    const counted = async (
      times: number,
      act: () => Promise<unknown>,
    ): Promise<OperationsOfOne> => {
      await service.takeCounts();
      standIn.openlibrary.forgetCalls();
      await act();
      const calls = standIn.openlibrary.stats().calls;
      return ofOne(await service.takeCounts(), calls, times);
    };
    const asked = (some: readonly string[], tier: string) => async (): Promise<void> => {
      const { answers } = await ask(service, some, FEW_CONNECTIONS);
      const other = answers.find(({ source }) => source !== `${tier}; state=fresh`);
      if (other) throw new Error(`Expected answers from ${tier}; got one from ${other.source}`);
    };

    const d1 = await counted(LOOKUPS, asked(paths, "d1"));
    await service.restart();
    const kv = await counted(LOOKUPS, asked(paths, "kv"));
    const hot = Array.from({ length: HOT_LOOKUPS }, (_, index) => paths[index % 10] ?? "");
    const memory = await counted(HOT_LOOKUPS, asked(hot, "memory"));
    const unknown = fromProviders.slice(0, LOOKUPS).map(({ isbn13 }) => lookup(isbn13));
    const provider = await counted(LOOKUPS, asked(unknown, "external_api"));
    const scan = await counted(LOOKUPS, () =>
      scans(
        service,
        user.headers,
        books.slice(0, LOOKUPS).map(({ isbn }) => isbn),
      ),
    );
    const alone = await counted(1, () => imported(service, known(books.slice(0, 1))));
    const many = await counted(1, () => imported(service, known(books)));
    const aloneUnknown = await counted(1, () => imported(service, known(fromProviders.slice(-1))));
    await quietMinutes(service);
    const manyUnknown = await counted(1, () =>
      imported(service, known(fromProviders.slice(LOOKUPS, -1))),
    );
    const refreshed = await counted(ROWS, () => quietMinutes(service));
    const account = await imported(service, known(books.slice(0, SHELF)));
    const withMore = async (more: MoreCells): Promise<OperationsOfOne> =>
      rowOf(await counted(1, () => imported(service, known(books, more))), alone, ROWS);
    const read = await withMore({ columns: "Date Read", cells: "2024-05-01" });
    const tagged = await withMore({ columns: "Bookshelves", cells: "favourites" });
    const goodreads = await withMore({
      columns: "My Rating,Date Read,Bookshelves,Date Added",
      cells: "4,2024-05-01,favourites,2024-01-01",
    });
    const pagesOf = (query: string) => async (): Promise<void> => {
      for (let index = 0; index < PAGES; index += 1) {
        const response = await fetch(
          `${service.url}/v1/library/${account.userId}?limit=50${query}`,
          account,
        );
        if (!response.ok) throw new Error(await response.text());
      }
    };
    const page = await counted(PAGES, pagesOf(""));
    const pageByStatus = await counted(PAGES, pagesOf("&status=completed"));
    await quietMinutes(service);
    const minute = await counted(1, () => service.runScheduled());

    const data = {
      "lookup, memory": memory,
      "lookup, KV": kv,
      "lookup, D1": d1,
      "lookup, provider": provider,
      "scan of a book in memory, under a key": scan,
      "import, fixed cost": alone,
      "import row, known": rowOf(many, alone, ROWS),
      "import row, known, with a reading": read,
      "import row, known, with a tag": tagged,
      "import row, known, as in a file of Goodreads": goodreads,
      "import row, unknown": rowOf(manyUnknown, aloneUnknown, ROWS),
      "scheduled work after an unknown row: its entry follows its book": refreshed,
      "page of 50 of a shelf": page,
      "page of 50 by status": pageByStatus,
      "a minute's scheduled work, with nothing to do": minute,
    };
    return { lines: [...Object.entries(data).map(describe), ...promised(memory, kv)], data };
  },
};

const lookup = (isbn: string): string => `/v1/search/isbn?isbn=${isbn}`;

/** Compares cache hits with their targets. */
function promised(memory: OperationsOfOne, kv: OperationsOfOne): Line[] {
  const beside = memory.kvWrites + memory.d1Statements + memory.objectCalls;
  return [
    {
      what: "writes and calls per lookup from memory",
      measured: beside.toFixed(4),
      ...atMost(beside, 1 / HITS_A_WRITE, `1 in ${HITS_A_WRITE}`),
    },
    {
      what: "D1 statements per lookup from KV, including metrics",
      measured: kv.d1Statements.toFixed(4),
      figure: "0",
      met: kv.d1Statements === 0,
    },
  ];
}

function describe([what, one]: readonly [string, OperationsOfOne]): Line {
  const parts = [
    [one.kvReads, "KV reads"],
    [one.kvWrites, "KV writes"],
    [one.d1Statements, "D1 statements"],
    [one.d1RowsRead, "rows read"],
    [one.d1RowsWritten, "rows written"],
    [one.objectCalls, "Durable Object calls"],
    [one.messages, "messages"],
    [one.providerCalls, "calls to Open Library"],
  ] as const;
  const some = parts
    .filter(([count]) => count > 0)
    .map(([count, name]) => `${brief(count)} ${name}`);
  return { what, measured: some.length === 0 ? "none" : some.join(", ") };
}

const brief = (count: number): string => String(Number(count.toPrecision(3)));

function ofOne(counts: OperationCounts, providerCalls: number, times: number): OperationsOfOne {
  const statements = Object.entries(counts.d1Statements)
    .filter(([what]) => what !== "batch")
    .reduce((sum, [, count]) => sum + count, 0);
  return {
    kvReads: counts.kvReads / times,
    kvWrites: counts.kvWrites / times,
    d1Statements: statements / times,
    d1RowsRead: counts.d1RowsRead / times,
    d1RowsWritten: counts.d1RowsWritten / times,
    objectCalls: counts.objectCalls / times,
    messages: counts.messages / times,
    providerCalls: providerCalls / times,
  };
}

/** Operations that each additional row adds to an import. */
function rowOf(many: OperationsOfOne, alone: OperationsOfOne, rows: number): OperationsOfOne {
  const each = (name: keyof OperationsOfOne): number =>
    Math.max(0, (many[name] - alone[name]) / (rows - 1));
  return {
    kvReads: each("kvReads"),
    kvWrites: each("kvWrites"),
    d1Statements: each("d1Statements"),
    d1RowsRead: each("d1RowsRead"),
    d1RowsWritten: each("d1RowsWritten"),
    objectCalls: each("objectCalls"),
    messages: each("messages"),
    providerCalls: each("providerCalls"),
  };
}

interface User {
  readonly userId: string;
  readonly headers: Readonly<Record<string, string>>;
}

async function newUser({ url }: Pick<CountedService, "url">): Promise<User> {
  const response = await fetch(`${url}/api/v2/users`, { method: "POST" });
  const { userId, token } = (await response.json()) as { userId: string; token: string };
  return { userId, headers: { Authorization: `Bearer ${token}` } };
}

/** Scans each book once from memory, each with its own idempotency key. */
async function scans(
  service: CountedService,
  headers: Readonly<Record<string, string>>,
  isbns: readonly string[],
): Promise<void> {
  for (const isbn of isbns) {
    const response = await fetch(`${service.url}/api/v2/books/enrich`, {
      method: "POST",
      headers: {
        ...headers,
        "Content-Type": "application/json",
        "Idempotency-Key": `scan-${isbn}`,
      },
      body: JSON.stringify({ barcode: isbn }),
    });
    if (!response.ok) throw new Error(await response.text());
  }
}

/** Additional columns of a file, with their cells in each row. */
interface MoreCells {
  readonly columns: string;
  readonly cells: string;
}

/** Runs the scheduled tasks until all work for new books and shelves is done. */
async function quietMinutes(service: CountedService): Promise<void> {
  for (let minutes = 0; minutes < 10; minutes += 1) await service.runScheduled();
}

/** Returns a CSV of books with ISBNs. */
function known(
  books: readonly ({ title: string } & ({ isbn: string } | { isbn13: string }))[],
  more?: MoreCells,
): string {
  const rows = books.map((book) => {
    const isbn = "isbn" in book ? book.isbn : book.isbn13;
    return `"${book.title}",An Author,${isbn},read${more ? `,${more.cells}` : ""}`;
  });
  const columns = `Title,Author,ISBN13,Exclusive Shelf${more ? `,${more.columns}` : ""}`;
  return [columns, ...rows].join("\n");
}

/** Imports a file for a new user and waits until the last book is confirmed. */
async function imported(service: CountedService, file: string): Promise<User> {
  const started = await startImport(service.url, file);
  await pollUntil(service.url, started, ({ status }) => status === "completed", 500);
  return { userId: started.userId, headers: started.headers };
}
