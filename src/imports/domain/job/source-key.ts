import { fold } from "../../../library/domain/fold.ts";
import { columnKey } from "../layouts/column-names.ts";

/** The column of each service's export that holds the service's own id of a row, as a `columnKey`. */
const ID_COLUMNS: Readonly<Record<string, string>> = {
  goodreads: "bookid",
  hardcover: "hardcoverbookid",
  inventaire: "itemurl",
  librarything: "bookid",
  storygraph: "isbnuid",
};

/** Ids of services are short; a longer cell is not an id. */
export const MAX_ID_LENGTH = 100;

/** What a source key is made from. */
export interface SourceRow {
  /** The format of the file. */
  format: string;
  /** The cells of the row by column name. */
  raw: Readonly<Record<string, string>>;
  title?: string | undefined;
  authors?: readonly string[] | undefined;
}

/**
 * The key by which a row is recognised when its service exports it again with other values: `goodreads:234225` where the
 * service gives its rows an id, otherwise `text:` and 32 hex digits of the hash of the folded title and first author.
 * @returns undefined for a row without an id and without a title; such a row is recognised by its cells alone
 */
export async function sourceKeyOf(
  { format, raw, title, authors = [] }: SourceRow,
  { sha256 }: { sha256(text: string): Promise<string> },
): Promise<string | undefined> {
  const column = ID_COLUMNS[format];
  const [, cell = ""] = Object.entries(raw).find(([name]) => columnKey(name) === column) ?? [];
  const id = cell.length <= MAX_ID_LENGTH ? cell.trim() : "";
  if (id !== "") return `${format}:${id}`;
  if (title === undefined) return undefined;
  const hash = await sha256(JSON.stringify([fold(title), fold(authors[0] ?? "")]));
  return `text:${hash.slice(0, 32)}`;
}
