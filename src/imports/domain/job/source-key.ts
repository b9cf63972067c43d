import { defined } from "../../../platform/defined.ts";
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

/** The keys of a row. */
export interface SourceKeys {
  /**
   * The key by which a row is recognised when its service exports it again with other values: `goodreads:234225` where the
   * service gives its rows an id, otherwise the text key. Absent for a row without an id and without a title, which is
   * recognised by its cells alone.
   */
  sourceKey?: string;
  /**
   * The key by which a row is recognised in the file of another service: `text:` and 32 hex digits of the hash of the folded
   * title and first author.
   */
  textKey?: string;
}

/** The keys by which a row is recognised in a later file. */
export async function sourceKeysOf(
  { format, raw, title, authors = [] }: SourceRow,
  { sha256 }: { sha256(text: string): Promise<string> },
): Promise<SourceKeys> {
  const column = ID_COLUMNS[format];
  const [, cell = ""] = Object.entries(raw).find(([name]) => columnKey(name) === column) ?? [];
  const id = cell.length <= MAX_ID_LENGTH ? cell.trim() : "";
  const named = title === undefined ? undefined : [fold(title), fold(authors[0] ?? "")];
  const hash = named && (await sha256(JSON.stringify(named)));
  const textKey = hash && `text:${hash.slice(0, 32)}`;
  return defined({ sourceKey: id === "" ? textKey : `${format}:${id}`, textKey });
}
