import type { EnrichedBook } from "../schema.ts";
import type { Context } from "./context.ts";
import { printable, table } from "./terminal.ts";

/** Prints the book for a barcode. */
export async function scan(
  barcode: string,
  { client, json, terminal, signal }: Context,
): Promise<void> {
  const book = await client.catalogue.enrich(barcode, { signal });
  terminal.out(json ? `${JSON.stringify(book)}\n` : table(linesOf(book)));
}

function linesOf(book: EnrichedBook): string[][] {
  const lines: [string, string | number | undefined][] = [
    ["title", [book.title, book.subtitle].filter((part) => part !== undefined).join(": ")],
    ["authors", book.authors.join(", ")],
    ["isbn", book.isbn],
    ["publisher", book.publisher],
    ["published", book.publishedDate],
    ["pages", book.pageCount],
    ["language", book.language],
    ["cover", book.coverUrl],
    ["from", book.provider],
  ];
  return lines.flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, printable(String(value))]],
  );
}
