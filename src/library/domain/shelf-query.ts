import { statusSchema, type Format, type Status } from "../../../contract/library-fields.ts";

const STATUSES = [...statusSchema.options, "none"] as const;

/** The keys by which a shelf can be sorted. */
export const SORT_KEYS = [
  "added",
  "title",
  "author",
  "rating",
  "year",
  "finished",
  "series",
] as const;
export type SortKey = (typeof SORT_KEYS)[number];

/** A sort order. Books without the key come last in both directions; ties are broken by the order of addition. */
export interface Sort {
  key: SortKey;
  descending: boolean;
}

/** Filters of a page. All given filters must match; of a list, any one value. */
export interface ShelfFilter {
  statuses?: readonly (Status | "none")[] | undefined;
  /** Minimum rating. */
  rating?: number | undefined;
  isRated?: boolean | undefined;
  /** Year of publication. */
  year?: number | undefined;
  finishedYear?: number | undefined;
  /** Days, inclusive. */
  finished?: DayRange | undefined;
  /** Seconds since the epoch, inclusive. */
  added?: { from?: number | undefined; to?: number | undefined } | undefined;
  /** Whether the catalogue has the book. */
  isConfirmed?: boolean | undefined;
  formats?: readonly Format[] | undefined;
  /** False also matches entries without a value. */
  isOwned?: boolean | undefined;
  language?: string | undefined;
  /** The name of one of the authors, folded as a tag. */
  author?: string | undefined;
  /** The name of one of the series, folded as a tag. */
  series?: string | undefined;
  /** Folded words, all of which must occur. */
  terms?: readonly string[] | undefined;
  /** Folded. */
  tag?: string | undefined;
}

/** Days (YYYY-MM-DD), inclusive. A missing side is open. */
export interface DayRange {
  from?: string | undefined;
  to?: string | undefined;
}

/** A page starts with the first entry with this key or a later one in the order. */
export interface ShelfStart {
  key: string | number;
}

/**
 * The statuses of a filter that has no other condition (all statuses if it has none at all);
 * undefined for any other filter.
 */
export function onlyStatuses({
  statuses = STATUSES,
  ...others
}: ShelfFilter): readonly (Status | "none")[] | undefined {
  const { terms = [], ...exact } = others;
  const isOnly = terms.length === 0 && Object.values(exact).every((value) => value === undefined);
  return isOnly ? STATUSES.filter((status) => statuses.includes(status)) : undefined;
}

/** A page starts after this entry. `key` is null if the entry has no sort key. */
export interface ShelfPosition {
  key: string | number | null;
  id: number;
  /** When the entry was added (seconds since the epoch), if it has no sort key: such entries are in the order of addition. */
  addedAt?: number;
}

/** Parses `-title` or `title`; undefined for an unknown sort order. */
export function parseSort(text: string): Sort | undefined {
  const descending = text.startsWith("-");
  const key = SORT_KEYS.find((name) => name === text.slice(descending ? 1 : 0));
  return key === undefined ? undefined : { key, descending };
}

const sortText = ({ key, descending }: Sort): string => (descending ? `-${key}` : key);

/** Numeric keys; the others are text. */
const NUMBERS: ReadonlySet<SortKey> = new Set(["added", "rating", "year"]);
/** Keys that every entry has. */
const ALWAYS_KNOWN: ReadonlySet<SortKey> = new Set(["added", "title"]);

const CURSOR = /^l1\.(-?[a-z]+)\.(\d{1,15})\.([nst])([\w.!*'()~-]*)$/;

/** Formats the cursor after an entry. Clients send it back unchanged. */
export function writeCursor(sort: Sort, { key, id, addedAt }: ShelfPosition): string {
  const value =
    key === null ? `n${addedAt ?? ""}` : typeof key === "number" ? `s${key}` : `t${escape(key)}`;
  return `l1.${sortText(sort)}.${id}.${value}`;
}

/** Parses a cursor; undefined if it is malformed or belongs to another sort order. */
export function readCursor(sort: Sort, cursor: string): ShelfPosition | undefined {
  const [, order, id, kind, text = ""] = CURSOR.exec(cursor) ?? [];
  if (order !== sortText(sort)) return undefined;
  const key = readKey(sort.key, kind, text);
  if (key === undefined) return undefined;
  const addedAt = key === null && text !== "" ? { addedAt: Number(text) } : {};
  return { key, id: Number(id), ...addedAt };
}

function readKey(
  sortKey: SortKey,
  kind: string | undefined,
  text: string,
): string | number | null | undefined {
  if (kind === "n") return isTail(sortKey, text) ? null : undefined;
  if ((kind === "s") !== NUMBERS.has(sortKey)) return undefined;
  if (kind === "t") return unescape(text);
  return /^-?\d{1,15}(\.\d{1,2})?$/.test(text) ? Number(text) : undefined;
}

/**
 * Whether a cursor is at an entry without a key. Cursors of older releases lack the date of
 * addition.
 */
function isTail(sortKey: SortKey, text: string): boolean {
  return (
    !ALWAYS_KNOWN.has(sortKey) &&
    (sortKey === "author" ? text === "" : /^(-?\d{1,15})?$/.test(text))
  );
}

// No percent signs: they would be decoded once too often for clients that do not encode the cursor.
const escape = (text: string): string =>
  encodeURIComponent(text).replaceAll("~", "%7E").replaceAll("%", "~");

function unescape(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll("~", "%"));
  } catch {
    return undefined;
  }
}
