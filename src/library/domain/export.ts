import { csvRecord } from "./csv.ts";
import { bookCells, exportColumns, queuedCells } from "./export-csv.ts";
import type { LibraryRecord } from "./review.ts";

/** What an export needs of the world; each is read in pages of bounded size. */
export interface ExportDeps {
  library: {
    /** The columns under which the reader's files said what has no field here, by name. */
    extraColumns(userId: string): Promise<string[]>;
    /** Everything of a reader, books first, a page at a time. */
    pages(userId: string): AsyncIterable<readonly LibraryRecord[]>;
  };
}

export type ExportFormat = "csv" | "json" | "ndjson";

/**
 * The whole library of a reader as text, a page at a time. Nothing comes before the first page has been read: until then
 * trouble can still be told. docs/export.md describes the formats.
 */
export function exportLibrary(
  { userId, format }: { userId: string; format: ExportFormat },
  deps: ExportDeps,
): AsyncIterable<string> {
  switch (format) {
    case "csv":
      return csvPages(userId, deps);
    case "json":
      return jsonPages(userId, deps);
    case "ndjson":
      return ndjsonPages(userId, deps);
  }
}

async function* csvPages(userId: string, { library }: ExportDeps): AsyncGenerator<string> {
  const columns = exportColumns(await library.extraColumns(userId));
  // Excel reads UTF-8 only behind a byte order mark.
  let head = `\uFEFF${csvRecord(columns)}`;
  for await (const page of library.pages(userId)) {
    const cells = (record: LibraryRecord): string[] =>
      record.type === "book"
        ? bookCells(record.book, record.own, columns)
        : queuedCells(record.item, columns);
    yield head + page.map((record) => csvRecord(cells(record))).join("");
    head = "";
  }
  yield head;
}

async function* ndjsonPages(userId: string, { library }: ExportDeps): AsyncGenerator<string> {
  for await (const page of library.pages(userId)) {
    yield page.map((record) => `${JSON.stringify(flat(record))}\n`).join("");
  }
}

const flat = (record: LibraryRecord): object => ({ type: record.type, ...members(record) });

/** What is shown of a book that nobody confirms is what its reader said: that needs no saying twice. */
function members(record: LibraryRecord): object {
  if (record.type === "review") return record.item;
  const { book, own } = record;
  return { ...book, ...(book.confirmed && own ? { own } : {}) };
}

async function* jsonPages(userId: string, { library }: ExportDeps): AsyncGenerator<string> {
  let text = '{"books":[';
  let inQueue = false;
  let isFirst = true;
  for await (const page of library.pages(userId)) {
    for (const record of page) {
      if (record.type === "review" && !inQueue) {
        text += '],"reviewQueue":[';
        inQueue = true;
        isFirst = true;
      }
      text += `${isFirst ? "" : ","}\n${JSON.stringify(members(record))}`;
      isFirst = false;
    }
    yield text;
    text = "";
  }
  yield `${text}${inQueue ? "\n]}\n" : '\n],"reviewQueue":[]}\n'}`;
}
