import type { Status } from "../../../contract/library-fields.ts";

/** What a shelf can be sorted by. */
export const SORT_KEYS = ["added", "title", "author", "rating", "year", "finished"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** An order. Books of which the key is not known come last in both directions; ties go by when they were added. */
export interface Sort {
  key: SortKey;
  descending: boolean;
}

/** What a page is narrowed to; filters combine. */
export interface ShelfFilter {
  status?: Status | undefined;
  /** At least. */
  rating?: number | undefined;
  /** Of publication. */
  year?: number | undefined;
  finishedYear?: number | undefined;
  /** Folded words, each of which must occur. */
  terms?: readonly string[] | undefined;
  /** Folded. */
  tag?: string | undefined;
}

/** Where a page begins: after this entry. `key` is null among those of which the key is not known. */
export interface ShelfPosition {
  key: string | number | null;
  id: number;
}

/** Reads `-title` or `title`; undefined when there is no such order. */
export function parseSort(text: string): Sort | undefined {
  const descending = text.startsWith("-");
  const key = SORT_KEYS.find((name) => name === text.slice(descending ? 1 : 0));
  return key === undefined ? undefined : { key, descending };
}

const sortText = ({ key, descending }: Sort): string => (descending ? `-${key}` : key);

/** Which keys are numbers; the others are texts. */
const NUMBERS: ReadonlySet<SortKey> = new Set(["added", "rating", "year"]);
/** Of these every entry has one. */
const ALWAYS_KNOWN: ReadonlySet<SortKey> = new Set(["added", "title"]);

const CURSOR = /^l1\.(-?[a-z]+)\.(\d{1,15})\.([nst])([\w.!*'()~-]*)$/;

/** The cursor after an entry; clients pass it back as it is. */
export function writeCursor(sort: Sort, { key, id }: ShelfPosition): string {
  const value = key === null ? "n" : typeof key === "number" ? `s${key}` : `t${escape(key)}`;
  return `l1.${sortText(sort)}.${id}.${value}`;
}

/** Reads a cursor; undefined if it is none, or one of another order. */
export function readCursor(sort: Sort, cursor: string): ShelfPosition | undefined {
  const [, order, id, kind, text = ""] = CURSOR.exec(cursor) ?? [];
  if (order !== sortText(sort)) return undefined;
  const key = readKey(sort.key, kind, text);
  return key === undefined ? undefined : { key, id: Number(id) };
}

function readKey(
  sortKey: SortKey,
  kind: string | undefined,
  text: string,
): string | number | null | undefined {
  if (kind === "n") return text === "" && !ALWAYS_KNOWN.has(sortKey) ? null : undefined;
  if ((kind === "s") !== NUMBERS.has(sortKey)) return undefined;
  if (kind === "t") return unescape(text);
  return /^-?\d{1,15}(\.\d{1,2})?$/.test(text) ? Number(text) : undefined;
}

// Percent signs would be decoded once more on the way by clients that do not encode what they send.
const escape = (text: string): string =>
  encodeURIComponent(text).replaceAll("~", "%7E").replaceAll("%", "~");

function unescape(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("~", "%"));
  } catch {
    return undefined;
  }
}
