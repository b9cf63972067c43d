import { runs } from "../../../../test/support/properties.ts";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ownBookSchema, type LibraryBook } from "../../../../contract/library.ts";
import { readFile } from "../../../../test/support/imports/read-file.ts";
import { csvRecord } from "../../../library/domain/csv.ts";
import { bookCells, exportColumns, queuedCells } from "../../../library/domain/export-csv.ts";
import type { QueuedRow } from "../../../library/domain/review.ts";
import type { ImportRow } from "../job/row.ts";

const DAY = "2024-05-04T10:11:12.000Z";

function libraryBook(fields: Partial<LibraryBook> = {}): LibraryBook {
  return {
    isbn: "9780441172719",
    title: "Dune",
    authors: ["Frank Herbert"],
    categories: [],
    provider: "import",
    sources: [],
    tags: [],
    readings: [],
    addedAt: DAY,
    updatedAt: DAY,
    confirmed: false,
    ...fields,
  };
}

/** Exports a library as CSV. */
function exported(
  books: readonly LibraryBook[],
  queued: readonly QueuedRow[] = [],
  ownOf = (book: LibraryBook) => (book.confirmed ? undefined : ownBookSchema.parse(book)),
): string {
  const columns = exportColumns([
    ...new Set(books.flatMap(({ extra }) => Object.keys(extra ?? {}))),
  ]);
  const lines = [
    columns,
    ...books.map((book) => bookCells(book, ownOf(book), columns)),
    ...queued.map((row) => queuedCells(row, columns)),
  ];
  return `\uFEFF${lines.map(csvRecord).join("")}`;
}

/** The library book that a row creates on an empty shelf. */
function shelved({ verdict, book, entry, addedAt }: ImportRow) {
  const { tags, readings, ...others } = entry;
  return {
    isbn: verdict.kind === "shelve" ? verdict.isbn : undefined,
    categories: [],
    ...book,
    ...others,
    tags: tags ?? [],
    readings: readings ?? [],
    addedAt: new Date((addedAt ?? 0) * 1000).toISOString(),
  };
}

const withoutService = ({
  provider: _p,
  sources: _s,
  updatedAt: _u,
  confirmed: _c,
  ...book
}: LibraryBook) => book;

const text = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
  .filter((it) => !it.includes("\0"));
const odd = fc.oneof(
  text,
  fc.constantFrom(
    "=1+1",
    "'=x",
    "''+y",
    "-",
    "a\r\nb",
    '"quoted"',
    "<b>no markup</b> &amp;",
    " spaces ",
    "1984",
    "＝x",
    "\ttab",
  ),
);
const titled = odd.filter((it) => it.trim() !== "");
const day = fc
  .integer({ min: 0, max: 20_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
const reading = fc.oneof(
  fc.constant({}),
  day.map((finishedAt) => ({ finishedAt })),
  fc.tuple(day, day).map((days) => {
    const [startedAt = "", finishedAt = ""] = days.toSorted();
    return { startedAt, finishedAt: finishedAt.slice(0, 7) };
  }),
);

const named = fc.record({ id: fc.uuid(), dates: reading });
const copy = {
  format: fc.constantFrom("paperback", "hardcover", "ebook", "audiobook", "other"),
  owned: fc.boolean(),
  location: odd,
  loan: fc.oneof(
    fc.record({ to: titled }),
    fc.tuple(titled, day, day).map(([to, ...days]) => {
      const [since = "", due = ""] = days.toSorted();
      return { to, since: since.slice(0, 7), due };
    }),
  ),
  ownSeries: fc.array(
    fc.record(
      { name: titled, position: fc.constantFrom("1", "1.5", "1-3", "=2") },
      { requiredKeys: ["name"] },
    ),
    { maxLength: 2 },
  ),
};

const anyBook = fc
  .record(
    {
      isbn: fc.constantFrom("9780441172719", "9798886451740", "local-0a1b2c", "9780306406157"),
      title: titled,
      authors: fc.array(titled, { maxLength: 3 }),
      subtitle: odd,
      publisher: odd,
      publicationYear: fc.integer({ min: -3000, max: 9999 }),
      pageCount: fc.integer({ min: 1, max: 100_000 }),
      language: fc.constantFrom("en", "de"),
      description: odd,
      status: fc.constantFrom("want_to_read", "reading", "completed", "paused", "abandoned"),
      rating: fc.integer({ min: 1, max: 20 }).map((quarters) => quarters / 4),
      review: odd,
      notes: odd,
      tags: fc.uniqueArray(titled, { maxLength: 3 }),
      readings: fc.oneof(
        fc.array(reading, { maxLength: 3 }),
        fc
          .array(named, { maxLength: 3 })
          .map((all) => all.map(({ id, dates }) => ({ id, ...dates }))),
      ),
      ...copy,
      addedAt: fc
        .integer({ min: 0, max: 2_000_000_000 })
        .map((at) => new Date(at * 1000).toISOString()),
      extra: fc.dictionary(
        titled.filter((name) => name !== "__proto__"),
        odd,
        { minKeys: 1, maxKeys: 3 },
      ),
    },
    { requiredKeys: ["isbn", "title", "authors", "tags", "readings", "addedAt"] },
  )
  .map((fields) => libraryBook(fields as Partial<LibraryBook>));

describe("an export of this service", () => {
  it("round-trips the library", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBook, { minLength: 1, maxLength: 4 }), async (books) => {
        const { detection, rows } = await readFile(exported(books));
        expect(detection).toMatchObject({ format: "bookstrack", confidence: 1 });
        expect(rows.map(shelved)).toEqual(books.map(withoutService));
        expect(rows.flatMap(({ notes }) => notes)).toEqual([]);
      }),
      { numRuns: runs(50) },
    );
  });

  it("reads a confirmed book from the Goodreads columns", async () => {
    const book = libraryBook({
      confirmed: true,
      authors: ["Ann Bell", "Jo King, Jr."],
      publisher: "Ace",
      isbn10: "0441172717",
    });
    const { rows } = await readFile(exported([book]));
    expect(rows[0]).toMatchObject({
      verdict: { kind: "shelve", isbn: book.isbn, matchedBy: "isbn13" },
      book: { title: "Dune", authors: book.authors, publisher: "Ace" },
      entry: {},
    });
    expect(rows[0]).not.toHaveProperty("isOwnWords");
  });

  it("does not read the id of a book without a title as its title", async () => {
    const nameless = [{ isbn: "local-1" }, { isbn: "9780306406157" }].map(({ isbn }) =>
      libraryBook({ isbn, title: isbn, authors: [] }),
    );
    const { rows } = await readFile(exported(nameless, [], () => undefined));
    expect(rows.map(({ verdict, book }) => [verdict, book])).toEqual([
      [{ kind: "shelve", isbn: "local-1" }, {}],
      [{ kind: "shelve", isbn: "9780306406157", matchedBy: "isbn13" }, {}],
    ]);
  });

  it("restores the origin of an entry and whether its description is user-defined", async () => {
    const { rows } = await readFile(
      exported([
        libraryBook({ source: "job-1", updatedAt: "2025-01-02T03:04:05.000Z" }),
        libraryBook({ isbn: "9780306406157" }),
      ]),
    );
    expect(rows).toMatchObject([
      { isOwnWords: true, stood: { updatedAt: 1_735_787_045, source: "job-1" } },
      { isOwnWords: true, stood: { updatedAt: Date.parse(DAY) / 1000 } },
    ]);
    expect(rows[1]?.stood).not.toHaveProperty("source");
  });

  it("restores rows of the review queue", async () => {
    const queued: QueuedRow = {
      id: "q1",
      jobId: "j1",
      row: 7,
      rowHash: "0123456789abcdef0123456789abcdef",
      title: "=Dune",
      authors: ["Frank Herbert"],
      raw: { Title: "=Dune", ISBN13: "9.78E+12" },
      reason: { code: "ISBN_ROUNDED", text: "A text of its own." },
      candidates: [{ isbn: "9780441172719", title: "Dune", authors: [], score: 0.8 }],
      details: { publisher: "Ace", pageCount: 535 },
      entry: {
        status: "completed",
        rating: 4.25,
        tags: ["a"],
        readings: [{}],
        extra: { Binding: "Paperback" },
      },
      addedAt: DAY,
    };
    const { rows } = await readFile(exported([libraryBook()], [queued]));
    expect(rows[1]).toEqual({
      row: 3,
      line: 3,
      verdict: { kind: "match", reason: queued.reason },
      notes: [],
      book: { title: "=Dune", authors: ["Frank Herbert"], publisher: "Ace", pageCount: 535 },
      entry: queued.entry,
      addedAt: Date.parse(DAY) / 1000,
      identifiers: {},
      hash: queued.rowHash,
      raw: queued.raw,
    });
  });

  it("omits unreadable values and adds a note", async () => {
    const columns = [
      "Title",
      "BooksTrack Id",
      "BooksTrack Tags",
      "BooksTrack Rating",
      "BooksTrack Review Queue",
    ];
    const file = [
      columns,
      ["Dune", "isbn:9780441172719", '["a"', "9", ""],
      ["Emma", "", "", "", "{}"],
    ];
    const { rows } = await readFile(file.map(csvRecord).join(""));
    expect(rows[0]).toMatchObject({ verdict: { kind: "shelve" }, entry: {} });
    expect(rows[0]?.notes.map(({ code }) => code)).toEqual([
      "VALUE_UNREADABLE",
      "VALUE_UNREADABLE",
    ]);
    expect(rows[1]).toMatchObject({ verdict: { kind: "match" }, book: { title: "Emma" } });
    expect(rows[1]?.notes.map(({ code }) => code)).toEqual(["VALUE_UNREADABLE"]);
  });
});
