import type { Format } from "../../../src/imports/domain/layouts/formats.ts";
import { defined } from "../../../src/platform/defined.ts";
import { jelu, openreads } from "./app-writers.ts";
import { CATALOGUE_WRITERS } from "./catalogue-writers.ts";
import { writeTable, type Dialect } from "./dialect.ts";
import type { FixtureBook } from "./fixture-book.ts";
import { calibre, inventaire, libib, librarything } from "./shelf-writers.ts";
import { bookwyrm, goodreads, hardcover, openlibrary, storygraph } from "./social-writers.ts";
import { carried, write, type Carried, type Writer } from "./writer.ts";

const list: Writer = {
  columns: [
    "ISBN",
    "Title",
    "Author",
    "My Rating",
    "Date finished",
    "Verlag",
    "Lesestatus",
    "Tags",
  ],
  cells: (book) => ({
    ISBN: book.isbn ?? "",
    Title: book.title,
    Author: book.authors.join("; "),
    "My Rating": write.number(book.rating),
    "Date finished": book.readings.find(({ finishedAt }) => finishedAt)?.finishedAt ?? "",
    Verlag: book.publisher ?? "",
    Lesestatus: {
      want_to_read: "will ich lesen",
      reading: "lese ich",
      completed: "gelesen",
      paused: "pausiert",
      abandoned: "abgebrochen",
    }[book.status ?? "want_to_read"],
    Tags: book.tags.join(", "),
  }),
  carries: (book) => {
    const finishedAt = book.readings.find((reading) => reading.finishedAt)?.finishedAt;
    const readings = finishedAt === undefined ? [] : [{ finishedAt }];
    return carried(book, ["rating", "publisher", "tags"], readings, book.status ?? "want_to_read");
  },
};

/** How each service writes its file. This service's own export is written by src/library/domain/export-csv.ts. */
export const WRITERS: Readonly<
  Record<Exclude<Format, "bookstrack" | "bookstrack-archive">, Writer>
> = {
  goodreads,
  storygraph,
  librarything,
  bookwyrm,
  calibre,
  openlibrary,
  hardcover,
  libib,
  inventaire,
  openreads,
  jelu,
  ...CATALOGUE_WRITERS,
  list,
};

/** A format that has a writer. */
export type Written = keyof typeof WRITERS;

/** Only LibraryThing separates by tabs. */
const usual = (format: Written): Dialect => (format === "librarything" ? { delimiter: "\t" } : {});

/** Writes a file in a service's format. */
export function writeLayout(
  format: Written,
  books: readonly FixtureBook[],
  dialect: Dialect = usual(format),
): string {
  const { columns, cells, hasNoHeader } = WRITERS[format];
  const lines = books.map((book) => {
    const written = cells(book);
    return columns.map((column) => written[column] ?? "");
  });
  return writeTable(hasNoHeader ? lines : [columns, ...lines], dialect);
}

/** The part of a book that survives an export in this format and its import. */
export function carriedBy(format: Written, book: FixtureBook): Carried {
  const { carries, copy } = WRITERS[format];
  const carriedFields = carries(book);
  return {
    ...carriedFields,
    entry: { ...carriedFields.entry, ...copy?.(book), ...defined({ ownSeries: book.series }) },
  };
}
