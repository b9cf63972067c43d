import { ownLibrary, type Context } from "./context.ts";
import { cut, printable, table } from "./terminal.ts";

const TITLE_WIDTH = 48;

/** Lists the books in the trash, with the day on which each is permanently deleted. */
export async function listTrash(context: Context): Promise<void> {
  const { json, terminal, signal } = context;
  const lines: string[][] = [];
  for await (const item of ownLibrary(context).trash({ signal })) {
    if (json) terminal.out(`${JSON.stringify(item)}\n`);
    else {
      const { book, until } = item;
      lines.push([
        book.isbn,
        cut(printable(book.title), TITLE_WIDTH),
        `until ${until.slice(0, 10)}`,
      ]);
    }
  }
  terminal.out(table(lines));
  if (!json && lines.length === 0) terminal.err("The trash is empty.\n");
}

/** Restores books from the trash, one after another. */
export async function restoreBooks(isbns: readonly string[], context: Context): Promise<void> {
  const { json, terminal, signal } = context;
  for (const isbn of isbns) {
    const book = await ownLibrary(context).restore(isbn, { signal });
    terminal.out(json ? `${JSON.stringify(book)}\n` : `Restored: ${printable(book.title)}\n`);
  }
}

/** Permanently deletes all books in the trash. */
export async function emptyTrash(context: Context): Promise<void> {
  const { json, terminal, signal } = context;
  await ownLibrary(context).emptyTrash(undefined, { signal });
  terminal.out(json ? `${JSON.stringify({ emptied: true })}\n` : "The trash is empty.\n");
}
