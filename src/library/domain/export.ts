import { defined } from "../../platform/defined.ts";
import { archivePages, type ArchiveDeps } from "./archive.ts";
import { csvRecord } from "./csv.ts";
import { bookCells, exportColumns, queuedCells } from "./export-csv.ts";
import type { LibraryRecord, LifeRecord } from "./review.ts";

/** Dependencies of `exportLibrary`. */
export interface ExportDeps extends ArchiveDeps {
  library: {
    /** Names of the imported columns that have no field here, sorted. */
    extraColumns(userId: string): Promise<string[]>;
    /** All records of a user, books first, in pages of bounded size. */
    pages(userId: string): AsyncIterable<readonly LibraryRecord[]>;
    /** Progress, goals and settings of a user, in pages of bounded size. */
    life(userId: string): AsyncIterable<readonly LifeRecord[]>;
  };
}

export type ExportFormat = "csv" | "json" | "ndjson" | "archive";

/**
 * Yields a user's whole library as text, a page at a time. Nothing is yielded before the first page
 * has been read, so that an earlier error can still become a problem response. docs/export.md
 * describes the formats.
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
    case "archive":
      return archivePages(userId, deps);
  }
}

async function* csvPages(userId: string, { library }: ExportDeps): AsyncGenerator<string> {
  const columns = exportColumns(await library.extraColumns(userId));
  // Excel detects UTF-8 only by a byte order mark.
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
  for await (const page of library.life(userId)) {
    yield page.map((record) => `${JSON.stringify(record)}\n`).join("");
  }
}

const flat = (record: LibraryRecord): object => ({ type: record.type, ...members(record) });

/** `own` is added only for confirmed books: an unconfirmed book already consists of the user's own details. */
function members(record: LibraryRecord): object {
  if (record.type === "review") return record.item;
  const { book, own } = record;
  return { ...book, ...defined({ own: book.confirmed ? own : undefined }) };
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
