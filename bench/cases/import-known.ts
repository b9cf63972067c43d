import type { Book } from "../../contract/catalogue.ts";
import { NO_LIMITS } from "../../test/tools/no-limits.ts";
import { madeUpBooks } from "../books.ts";
import type { BenchCase } from "../case.ts";
import { atLeast, atMost } from "../figure.ts";
import { perSecond } from "../format.ts";
import { pollUntil, startImport } from "../import-client.ts";
import { median } from "../statistics.ts";

const ROWS = 10_000;
const ROUNDS = 3;
const MIN_ROWS_PER_SECOND = 2000;
const MIN_RATIO = 0.09;
const MAX_STATEMENTS_PER_100_ROWS = 2;

const COLUMNS = [
  "Title",
  "Author",
  "ISBN13",
  "My Rating",
  "Date Read",
  "Date Added",
  "Bookshelves",
  "Exclusive Shelf",
  "My Review",
];

export const importKnown: BenchCase = {
  name: "import-known",
  title: `An import of ${ROWS.toLocaleString("en")} rows, all in the catalogue`,
  about: `A Goodreads file of books that the catalogue has, from the first byte of the upload to \`completed\`. The baseline only
inserts the same number of rows into the same table, with the fastest possible statement. Both take turns. Statements are
counted in a separate run, with counters around the service's bindings.`,
  shortfall: `The bulk insert is SQLite alone, which writes five rows per book; an import writes eleven. In a profile of the runtime
during imports (\`perf\`, 999 samples a second), SQLite has 15 % of the time, the kernel's files and sockets 20 %, copies of memory 11 %, JSON
6 %, and JavaScript that reads, classifies and merges rows 44 %. No function has more than 3 %. An import without any JavaScript would
reach about twice the ratio.`,
  async run(world) {
    const books = madeUpBooks(ROWS);
    const file = csvOf(books);
    const catalogue = await world.catalogue(books);
    const service = await world.service(NO_LIMITS, catalogue);
    const bulk = await world.yardstick("d1-bulk", {}, catalogue);
    const body = JSON.stringify(books.map(({ isbn }) => isbn));
    const insert = async (): Promise<number> => {
      const response = await fetch(bulk.url, { method: "POST", body });
      return ((await response.json()) as { ms: number }).ms;
    };

    const imports: Imported[] = [];
    const inserts: number[] = [];
    await importFile(service.url, file);
    await insert();
    for (let round = 0; round < ROUNDS; round += 1) {
      imports.push(await importFile(service.url, file));
      inserts.push(await insert());
    }
    const counted = await world.countedService(NO_LIMITS, catalogue);
    await importFile(counted.url, csvOf(books.slice(0, 1)));
    await counted.takeCounts();
    await importFile(counted.url, file);
    const { d1Statements } = await counted.takeCounts();
    const statements = Object.entries(d1Statements)
      .filter(([what]) => what !== "batch")
      .reduce((sum, [, count]) => sum + count, 0);

    const rate = (ROWS * 1000) / median(imports.map(({ ms }) => ms));
    const bulkRate = (ROWS * 1000) / median(inserts);
    const perHundred = (statements * 100) / ROWS;
    return {
      lines: [
        {
          what: "throughput in rows, from upload to completed",
          measured: perSecond(rate),
          ...atLeast(rate, MIN_ROWS_PER_SECOND, perSecond(MIN_ROWS_PER_SECOND)),
        },
        {
          what: "the same, to the bulk insert",
          measured: perSecond(rate),
          baseline: perSecond(bulkRate),
          ratio: rate / bulkRate,
          ...atLeast(rate / bulkRate, MIN_RATIO, `${MIN_RATIO} of the bulk insert`),
        },
        {
          what: "time until 202",
          measured: `${Math.round(median(imports.map(({ uploadMs }) => uploadMs)))} ms`,
        },
        {
          what: "D1 statements per 100 rows, including upload and polling",
          measured: perHundred.toFixed(2),
          ...atMost(perHundred, MAX_STATEMENTS_PER_100_ROWS),
        },
      ],
      data: { rows: ROWS, bytes: file.length, imports, inserts, d1Statements },
    };
  },
};

interface Imported {
  readonly uploadMs: number;
  /** From the upload to `completed`. */
  readonly ms: number;
}

/** Imports a file for a new user and waits until every row is on the shelf. */
async function importFile(url: string, file: string): Promise<Imported> {
  const started = await startImport(url, file);
  const { outcomes } = await pollUntil(url, started, ({ status }) => status === "completed");
  if (outcomes.created !== started.job.totalRows) throw new Error(JSON.stringify(outcomes));
  return { uploadMs: started.uploadMs, ms: performance.now() - started.from };
}

/** Returns the books as a CSV in the Goodreads format. */
function csvOf(books: readonly Book[]): string {
  const rows = books.map(({ isbn, title, authors }, index) => [
    quoted(title),
    quoted(authors[0] ?? ""),
    `"=""${isbn}"""`,
    String(index % 6),
    index % 3 === 0 ? "2021/05/04" : "",
    "2020/01/02",
    `"shelf-${index % 20}, owned"`,
    index % 3 === 0 ? "read" : "to-read",
    index % 5 === 0
      ? quoted("A review of a sentence or two, as people write them. ".repeat(3))
      : "",
  ]);
  return [COLUMNS, ...rows].map((cells) => cells.join(",")).join("\n");
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
