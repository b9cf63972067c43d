import { readFileSync } from "node:fs";
import type { Book } from "../../contract/catalogue.ts";
import { parseIsbn } from "../../src/catalogue/domain/isbn/isbn.ts";
import { aTitle, type ListedBook } from "./listed-book.ts";

/**
 * Reads a list of titles: UTF-8 text of tab-separated columns with a header. `isbn13` (or `isbn`),
 * `title` and `authors` (separated by `, `) are used. Lines without a valid ISBN or a title are
 * ignored.
 * @throws if a column is missing or no line is usable
 */
export function readTitles(path: string): ListedBook[] {
  const [header = "", ...lines] = readFileSync(path, "utf8").split(/\r?\n/u);
  const names = header.split("\t");
  const column = (...wanted: readonly string[]): number => {
    const at = names.findIndex((name) => wanted.includes(name));
    if (at < 0)
      throw new Error(`${path} has no column ${wanted.join(" or ")}; it has: ${names.join(", ")}`);
    return at;
  };
  const [isbn, title, authors] = [column("isbn13", "isbn"), column("title"), column("authors")];
  const books = lines.flatMap((line): ListedBook[] => {
    const cells = line.split("\t");
    const parsed = parseIsbn(cells[isbn] ?? "");
    const text = cells[title]?.trim() ?? "";
    if (!parsed.ok || text === "") return [];
    const names = (cells[authors] ?? "").split(", ").filter((name) => name !== "");
    return [{ isbn: parsed.isbn.isbn13, title: text, authors: names }];
  });
  if (books.length === 0) throw new Error(`${path} has no line with a valid ISBN and a title.`);
  return [...new Map(books.map((book) => [book.isbn, book])).values()];
}

/** The books as the catalogue stores them. */
export function asStored(listed: readonly ListedBook[]): Book[] {
  return listed.map((book) => aTitle(book));
}
