import { ownLibrary, type Context } from "./context.ts";
import { printable } from "./terminal.ts";

/** Moves an entry to another edition of the book. */
export async function moveBook(isbn: string, otherIsbn: string, context: Context): Promise<void> {
  const { json, terminal, signal } = context;
  const book = await ownLibrary(context).moveToEdition(isbn, otherIsbn, { signal });
  terminal.out(
    json ? `${JSON.stringify(book)}\n` : `Moved: ${printable(book.title)} (${book.isbn})\n`,
  );
}
