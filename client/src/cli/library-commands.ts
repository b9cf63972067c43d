import type { ExportFormat, LibraryFilter, LibraryQuery } from "../library.ts";
import type { LibraryBook, LibraryFacets, LibraryStats } from "../schema.ts";
import { ownLibrary, type Context } from "./context.ts";
import { cut, figures, printable, table } from "./terminal.ts";

const TITLE_WIDTH = 48;
const AUTHOR_WIDTH = 28;
/** Minimum width of either column, however narrow the terminal is. */
const MIN_WIDTH = 8;
/** ISBN, status, rating, and the gaps between the columns. */
const OTHER_COLUMNS = 13 + 12 + 4 + 8;
const TOP_AUTHORS = 5;

/** Prints the books that match a query, up to the limit if there is one. */
export async function listLibrary(
  query: Omit<LibraryQuery, "cursor" | "signal">,
  context: Context,
): Promise<void> {
  const { json, terminal, signal } = context;
  const { limit, ...wanted } = query;
  const books: LibraryBook[] = [];
  for await (const book of ownLibrary(context).books({ ...wanted, signal })) {
    if (limit !== undefined && books.length >= limit) break;
    books.push(book);
  }
  const widths = widthsIn(terminal.outColumns);
  terminal.out(
    json ? `${JSON.stringify(books)}\n` : table(books.map((book) => lineOf(book, widths))),
  );
  if (books.length === 0) terminal.err("No matching books on your shelves.\n");
}

interface Widths {
  title: number;
  author: number;
}

/** Divides the width of the terminal between title and authors, so that each book fits on one line. */
function widthsIn(columns: number | undefined): Widths {
  const room = columns === undefined ? Number.POSITIVE_INFINITY : columns - OTHER_COLUMNS;
  const author = Math.max(MIN_WIDTH, Math.min(AUTHOR_WIDTH, Math.floor(room / 3)));
  return { author, title: Math.max(MIN_WIDTH, Math.min(TITLE_WIDTH, room - author)) };
}

function lineOf(book: LibraryBook, { title, author }: Widths): string[] {
  return [
    book.isbn,
    cut(printable(book.title), title),
    cut(printable(book.authors.join(", ")), author),
    book.status ?? "",
    book.rating === undefined ? "" : String(book.rating),
  ];
}

/** Number of values per facet that are printed without `--limit`. */
const TOP_VALUES = 10;
/** Facets in the order in which they are printed. */
const FACETS = ["statuses", "tags", "authors", "series", "languages", "formats", "years"] as const;

/** Prints how many of the matching books have each value. */
export async function showFacets(
  filter: LibraryFilter,
  limit: number | undefined,
  context: Context,
): Promise<void> {
  const { json, terminal, signal } = context;
  const query = {
    ...filter,
    ...(limit === undefined && json ? {} : { limit: limit ?? TOP_VALUES }),
  };
  const facets = await ownLibrary(context).facets({ ...query, signal });
  terminal.out(json ? `${JSON.stringify(facets)}\n` : figures(facetLines(facets)));
}

function facetLines(facets: LibraryFacets): [string, string][] {
  const lines = FACETS.flatMap((facet): [string, number][] => [
    ...facets[facet].map(({ value, count }): [string, number] => [
      `${facet}: ${printable(String(value))}`,
      count,
    ]),
    ...(facets.more[facet] > 0
      ? [[`${facet}: other values`, facets.more[facet]] satisfies [string, number]]
      : []),
  ]);
  return [["books", facets.total] satisfies [string, number], ...lines].map(([name, count]) => [
    name,
    String(count),
  ]);
}

export async function showStats(
  {
    year,
    from,
    to,
  }: { year?: number | undefined; from?: string | undefined; to?: string | undefined },
  context: Context,
): Promise<void> {
  const { json, terminal, signal } = context;
  const stats = await ownLibrary(context).stats({
    ...(year === undefined ? {} : { year }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    signal,
  });
  const hasPeriod = from !== undefined || to !== undefined;
  const lines = [...statLines(stats), ...(hasPeriod ? periodLines(stats.period) : [])];
  terminal.out(json ? `${JSON.stringify(stats)}\n` : figures(lines));
}

function periodLines({ from, to, books, readings, pages, progress }: LibraryStats["period"]) {
  return [
    [`from ${from} to ${to}`, ""],
    ["  finished books", String(books)],
    ["  finished readings", String(readings)],
    ["  their pages", String(pages)],
    ["  days with progress", String(progress.days)],
    ["  pages by progress", String(progress.pages)],
  ] satisfies [string, string][];
}

function statLines(stats: LibraryStats): [string, string][] {
  const { byStatus, averageRating } = stats;
  const counts: [string, number][] = [
    ["books", stats.books],
    ...Object.entries(byStatus).map(([status, count]): [string, number] => [
      status === "none" ? "  without a status" : `  ${status}`,
      count,
    ]),
    ["readings", stats.readings],
    ["pages", stats.pages],
    ...stats.byYear.map(({ year, books }): [string, number] => [`finished in ${year}`, books]),
    ...stats.topAuthors
      .slice(0, TOP_AUTHORS)
      .map(({ name, books }): [string, number] => [`by ${printable(name)}`, books]),
  ];
  return [
    ...counts.map(([name, count]): [string, string] => [name, String(count)]),
    ...(averageRating === undefined
      ? []
      : [["average rating", averageRating.toFixed(2)] satisfies [string, string]]),
  ];
}

/** Streams the whole library to standard output. */
export async function exportLibrary(format: ExportFormat, context: Context): Promise<void> {
  const { terminal, signal } = context;
  const decoder = new TextDecoder();
  for await (const chunk of await ownLibrary(context).export(format, { signal })) {
    terminal.out(decoder.decode(chunk, { stream: true }));
  }
  terminal.out(decoder.decode());
}
