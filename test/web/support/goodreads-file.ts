import { generatedBooks } from "../../tools/stand-in/generated-books.ts";

const HEADER =
  "Book Id,Title,Author,Author l-f,Additional Authors,ISBN,ISBN13,My Rating,Average Rating,Publisher,Binding,Number of Pages,Year Published,Original Publication Year,Date Read,Date Added,Bookshelves,Bookshelves with positions,Exclusive Shelf,My Review,Spoiler,Private Notes,Read Count,Owned Copies";

const SHELVES = ["read", "to-read", "currently-reading", "did-not-finish"];

/**
 * An export of Goodreads with generated books.
 * @param options `withoutIsbn`: number of rows for the review queue, at the end; `from`: number of
 * the first book
 */
export function goodreadsFile(
  rows: number,
  { withoutIsbn = 0, from = 0 }: { withoutIsbn?: number; from?: number } = {},
): string {
  const lines = generatedBooks(rows, 1, from).map((book, index) => {
    const isbn = index < rows - withoutIsbn ? book.isbn13 : "";
    const title = isbn === "" ? `Handwritten Notebook ${index + 1}` : book.title;
    const shelf = SHELVES[index % SHELVES.length] ?? "read";
    const [author = ""] = book.authors;
    return [
      100_000 + index,
      title,
      author,
      author.split(" ").toReversed().join(", "),
      "",
      "",
      isbn,
      shelf === "read" ? (index % 5) + 1 : 0,
      "3.90",
      book.publisher ?? "",
      "Paperback",
      book.pages ?? "",
      book.published ?? "",
      "",
      shelf === "read" ? "2024/02/29" : "",
      "2023/12/24",
      shelf === "read" ? "" : shelf,
      "",
      shelf,
      "",
      "",
      "",
      shelf === "read" ? 1 : 0,
      0,
    ]
      .map((cell) => `"${String(cell).replaceAll('"', '""').replace('=""""', '=""')}"`)
      .join(",");
  });
  return `${HEADER}\n${lines.join("\n")}\n`;
}
