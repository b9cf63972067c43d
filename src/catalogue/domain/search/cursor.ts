import { fnv1a } from "../../../platform/fnv1a.ts";

/** Maximum depth of paging: users do not read further, and the cost of ranking stays bounded. */
export const MAX_RESULTS = 200;

/** Start of a page: after this book, or after this position if the book is no longer among the results. */
export interface SearchPosition {
  readonly isbn13: string;
  readonly position: number;
}

const CURSOR = /^s1\.([0-9a-f]{8})\.(\d{1,3})\.(\d{13})$/;

/** The cursor after a book of a search. Opaque to clients. */
export function writeCursor(search: string, { isbn13, position }: SearchPosition): string {
  return `s1.${markOf(search)}.${position}.${isbn13}`;
}

/** Parses a cursor; undefined if it is malformed or belongs to another search. */
export function readCursor(search: string, cursor: string): SearchPosition | undefined {
  const [, mark, position, isbn13] = CURSOR.exec(cursor) ?? [];
  if (isbn13 === undefined || mark !== markOf(search)) return undefined;
  const at = Number(position);
  return at >= 1 && at < MAX_RESULTS ? { isbn13, position: at } : undefined;
}

/** Eight hexadecimal digits that identify a search, so that a cursor is not used with another one. */
function markOf(search: string): string {
  return fnv1a(search).toString(16).padStart(8, "0");
}
