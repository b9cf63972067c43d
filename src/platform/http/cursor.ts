import { DomainError } from "../errors.ts";

/** The error for a cursor that is not from this list. */
export function invalidCursor(): DomainError {
  const message = "was not issued by this list in this sort order";
  return new DomainError("INVALID_CURSOR", `The cursor ${message}. Omit it to start over.`, {
    details: { issues: [{ path: "cursor", message }] },
  });
}

/**
 * Reads a cursor.
 * @param format matches a whole cursor of the list, with a group per part
 * @returns the groups, or undefined without a cursor
 * @throws DomainError INVALID_CURSOR when the cursor does not match
 */
export function readCursor(
  cursor: string | undefined,
  format: RegExp,
): readonly string[] | undefined {
  if (cursor === undefined) return undefined;
  const match = format.exec(cursor);
  if (match === null) throw invalidCursor();
  return match.slice(1);
}

/**
 * Cuts a page out of rows that were read with one more than `limit`.
 * @param cursorOf the cursor of the page after a row
 */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { items: Row[]; next: { nextCursor?: string } } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const hasMore = rows.length > limit && last !== undefined;
  return { items, next: hasMore ? { nextCursor: cursorOf(last) } : {} };
}
