import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { formatSchema, type OwnSeries } from "../../contract/library-fields.ts";
import type { LibraryBook } from "../../contract/library.ts";
import type { ParsedEntry } from "../../src/library/domain/merge-entry.ts";
import type { QueuedRow } from "../../src/library/domain/review.ts";
import { arbitraryBook } from "../support/imports/arbitrary-book.ts";
import { FIXTURE_BOOKS, type FixtureBook } from "../support/imports/fixture-book.ts";
import { carriedBy, writeLayout, WRITERS } from "../support/imports/write-layout.ts";
import type { Carried } from "../support/imports/writer.ts";
import { ended, imported, rowsOf, type FileRow } from "../support/imports.ts";
import { inCatalogue, isbnOf, newReader, type Reader } from "../support/library.ts";
import { accepted, sendFile } from "../support/uploads.ts";
import { defined } from "../../src/platform/defined.ts";
import { runs } from "../support/properties.ts";

const FORMATS = Object.keys(WRITERS) as (keyof typeof WRITERS)[];

async function sent(user: Reader, file: string) {
  const job = await accepted(await sendFile(user, file, { query: "?enrich=false" }));
  return { ...job, ...(await ended(job.jobId)) };
}

async function exported(user: Reader, format: "csv" | "json"): Promise<string> {
  const response = await user.call("GET", `/export?format=${format}`);
  expect(response.status).toBe(200);
  return response.text();
}

/** The part of a book on the shelf that its file can contain. */
function comparable(book: LibraryBook, carriesDate: boolean): object {
  const { updatedAt: _updated, extra: _extra, addedAt, ...fields } = book;
  const readings = book.readings.map(({ id: _id, ...dates }) => dates);
  return { ...fields, readings, ...(carriesDate ? { addedAt } : {}) };
}

/** The book on the shelf that an import creates. */
function shelved({ isbn, book, entry, addedAt }: Carried, source: string): object {
  return {
    provider: "import",
    sources: [],
    authors: [],
    categories: [],
    tags: [],
    readings: [],
    isbn,
    ...book,
    ...entry,
    ...(entry.ownSeries === undefined ? {} : { series: entry.ownSeries }),
    confirmed: false,
    source,
    ...(addedAt === undefined ? {} : { addedAt: new Date(addedAt * 1000).toISOString() }),
  };
}

/** All stored rows of a library, with versions and times. */
async function tablesOf(userId: string): Promise<unknown[]> {
  const tables = ["UserLibrary", "UserBooks", "Readings", "Tags", "ReviewQueue", "Progress"];
  const statements = tables.map((table) =>
    env.DB.prepare(`SELECT * FROM ${table} WHERE user_id = ?1 ORDER BY 1, 2, 3`).bind(userId),
  );
  return (await env.DB.batch(statements)).map(({ results }) => results);
}

it.each(FORMATS)(
  "imports the library from a %s file, and nothing more from the same file",
  async (format) => {
    const user = await newReader();
    const file = writeLayout(format, FIXTURE_BOOKS);
    const job = await sent(user, file);
    expect(job).toMatchObject({ format, state: "completed", totalRows: FIXTURE_BOOKS.length });

    const carried = FIXTURE_BOOKS.map((book) => carriedBy(format, book));
    const onShelf = carried.filter(({ isbn }) => isbn !== undefined);
    const carriesDate = carried.some(({ addedAt }) => addedAt !== undefined);
    const { books } = await user.list();
    const byIsbn = new Map(books.map((book) => [book.isbn, comparable(book, carriesDate)]));
    expect(byIsbn).toEqual(
      new Map(onShelf.map((book) => [book.isbn, shelved(book, job.jobId)] as const)),
    );

    const waiting = JSON.parse(await exported(user, "json")) as { reviewQueue: QueuedRow[] };
    const queued = waiting.reviewQueue.map(({ title, authors, details, entry, row, addedAt }) => {
      const { extra: _extra, ...fields } = entry;
      return { row, book: { title, authors, ...details }, entry: fields, addedAt };
    });
    expect(queued).toEqual(
      carried.flatMap(({ isbn, book, entry, addedAt }, index) =>
        isbn === undefined
          ? [
              {
                row: index + (WRITERS[format].hasNoHeader ? 1 : 2),
                book: { authors: [], ...book },
                entry,
                addedAt: addedAt && new Date(addedAt * 1000).toISOString(),
              },
            ]
          : [],
      ),
    );

    const before = await tablesOf(user.userId);
    const again = await sent(user, file);
    expect((await rowsOf(again.jobId)).map(({ outcome }) => outcome)).toEqual(
      // Rows that are still in review are reported again, but are queued only once.
      carried.map(({ isbn }) => (isbn === undefined ? "needsReview" : "unchanged")),
    );
    expect(await tablesOf(user.userId)).toEqual(before);
  },
);

/** The row of a file for a book; books with an even number are in the catalogue. */
function rowOf(
  [book, kind, copy]: readonly [FixtureBook, "isbn" | "local" | "waits", ParsedEntry],
  number: number,
): FileRow {
  const { title, authors, publisher, year, pages, language, status, rating, review, notes } = book;
  const { tags, readings } = book;
  return {
    title,
    authors,
    book: {
      ...defined({ publisher, publicationYear: year, pageCount: pages, language }),
      // Every other detail that a table can have.
      ...(language === "de"
        ? {
            subtitle: `=${title}`,
            description: `${title}\n\n"${title}"`,
            categories: ["A, b", title],
          }
        : {}),
    },
    entry: {
      status,
      rating,
      review,
      notes,
      tags,
      readings,
      ...copy,
      extra: { Shelf: title, "=1": "@x" },
    },
    addedAt: Date.parse(book.added) / 1000,
    hash: number.toString(16).padStart(32, "0"),
    ...(kind === "isbn" ? { isbn: isbnOf(5000 + number) } : {}),
    ...(kind === "local" ? { isbn: `local-${number}` } : {}),
  };
}

/** What a user has entered about their copy of a book. */
const copyOfBook: fc.Arbitrary<ParsedEntry> = fc.record(
  {
    format: fc.constantFrom(...formatSchema.options),
    owned: fc.boolean(),
    location: fc.constantFrom("Attic, box 3", "=1", " "),
    loan: fc.constantFrom({ to: "Zoë" }, { to: "@Ann", since: "2024-05", due: "2024-06-01" }),
    ownSeries: fc.constantFrom<OwnSeries[]>(
      [],
      [{ name: "Dune, the saga", position: "1-3" }, { name: "A" }],
    ),
  },
  { requiredKeys: [] },
);

/** The position of a user in a book. */
const position = fc.oneof(
  fc.nat({ max: 9 }).map((page) => ({ page })),
  fc.integer({ min: 0, max: 400 }).map((quarters) => ({ percent: quarters / 4 })),
  fc.nat({ max: 900 }).map((minutes) => ({ minutes })),
);

/** Removes the import's id, because a row in review belongs to the import that queued it. */
const anywhere = (file: string): string =>
  file.replaceAll(
    /\{""id"":""[^"]*"",""jobId"":""[^"]*"",""row"":\d+/g,
    '{""id"":""..."",""jobId"":""..."",""row"":0',
  );

it("produces the same export after an export is imported into another account", async () => {
  for (const number of [0, 2, 4]) {
    const isbn = isbnOf(5000 + number);
    await inCatalogue({
      isbn,
      firstPublicationYear: 1965,
      series: [{ name: "A" }],
      language: "en",
    });
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(arbitraryBook, fc.constantFrom("isbn", "local", "waits"), copyOfBook), {
        minLength: 1,
        maxLength: 14,
      }),
      fc.nat({ max: 8 }),
      fc.array(position, { maxLength: 3 }),
      async (books, handmade, positions) => {
        const [one, other] = [await newReader(), await newReader()];
        const rows = books.map(rowOf);
        const byHand = await one.add({
          title: "By hand",
          authors: ["Me"],
          subtitle: "",
          categories: ["x"],
        });
        await one.add({ isbn: isbnOf(6000 + handmade), title: "Mine", authors: [] });
        // A user may have no own description of a book, which is then identified by its number.
        await imported({ userId: one.userId, rows: [...rows, { isbn: isbnOf(7000) }] });
        for (const [index, reached] of positions.entries()) {
          const on = [byHand.isbn, isbnOf(6000 + handmade), isbnOf(7000)][index];
          const reply = await one.call("POST", `/books/${on}/progress`, reached);
          expect(reply.status).toBe(201);
        }
        // The book is added to the catalogue although the user has their own description.
        await inCatalogue({ isbn: isbnOf(6000 + handmade) });
        const file = await exported(one, "csv");
        const { outcomes } = await sent(other, file);
        expect(outcomes).toMatchObject({ invalid: 0, updated: 0, unchanged: 0 });
        expect(anywhere(await exported(other, "csv"))).toBe(anywhere(file));

        for (const user of [one, other]) {
          const before = await tablesOf(user.userId);
          await sent(user, file);
          expect(await tablesOf(user.userId)).toEqual(before);
        }
      },
    ),
    { numRuns: runs(20) },
  );
});
