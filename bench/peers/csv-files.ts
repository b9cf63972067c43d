import { generatedTitles } from "../relevance/generated.ts";

/** A file, and its rows that a reader must return, cell by cell. */
export interface KnownFile {
  readonly bytes: Uint8Array;
  /** The undamaged rows by their first cell. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
}

const HEADER = ["Book Id", "Title", "Author", "My Rating", "Date Read", "Bookshelves", "My Review"];
/** One row in this many is damaged. */
const DAMAGED_EVERY = 50;

/**
 * The other cells of a row with a fault in its title; they have no quotes, because one could close
 * an open quote by chance.
 */
const REST = "An Author,4,2021/05/04,owned,";

/**
 * Faults of files edited by programs and people. Each returns the text of one row with its line
 * end.
 */
export const DAMAGES = {
  "line ends of two kinds": (cells) => ({ text: `${written(cells)}\r\n`, isWhole: true }),
  "text after a closing quote": ([id, title]) => ({
    text: `${id},"${title}" (signed),${REST}\n`,
    isWhole: false,
  }),
  "a quote that is never closed": ([id, title]) => ({
    text: `${id},"${title},${REST}\n`,
    isWhole: false,
  }),
  "a quote inside a plain cell": ([id]) => ({
    text: `${id},the 5" disk,${REST}\n`,
    isWhole: false,
  }),
  "a row that ends early": (cells) => ({ text: `${written(cells.slice(0, 3))}\n`, isWhole: false }),
} as const satisfies Record<
  string,
  (cells: readonly string[]) => { text: string; isWhole: boolean }
>;

export type Damage = keyof typeof DAMAGES;

/**
 * Writes a file of a service: quotes, commas and line breaks in cells as in RFC 4180, UTF-8 with a
 * byte order mark.
 * @param damage the fault of every fiftieth row
 */
export function csvFile(count: number, damage?: Damage): KnownFile {
  const rows = new Map<string, readonly string[]>();
  const texts = [`${HEADER.join(",")}\n`];
  for (const [index, { title, authors }] of generatedTitles(count).entries()) {
    const cells = [
      `id-${index + 1}`,
      title,
      authors.join(", "),
      String(index % 6),
      index % 3 === 0 ? "2021/05/04" : "",
      `shelf-${index % 20}, owned`,
      index % 5 === 0 ? `It says "${title}".\nThen, nothing.` : "",
    ];
    const isDamaged = damage !== undefined && index % DAMAGED_EVERY === DAMAGED_EVERY - 1;
    const { text, isWhole } = isDamaged
      ? DAMAGES[damage](cells)
      : { text: `${written(cells)}\n`, isWhole: true };
    texts.push(text);
    if (isWhole) rows.set(cells[0] ?? "", cells);
  }
  return { bytes: new TextEncoder().encode(`\uFEFF${texts.join("")}`), rows };
}

/** Number of undamaged rows that a reader returned unchanged, each counted once. */
export function rightRows({ rows }: KnownFile, read: readonly (readonly string[])[]): number {
  const right = new Set<string>();
  for (const cells of read) {
    const [id = ""] = cells;
    const wanted = rows.get(id);
    const isSame =
      wanted?.length === cells.length && wanted.every((cell, index) => cell === cells[index]);
    if (isSame) right.add(id);
  }
  return right.size;
}

function written(cells: readonly string[]): string {
  return cells
    .map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell))
    .join(",");
}
