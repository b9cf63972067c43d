import type { ImportMode } from "../../../../contract/imports.ts";
import type { OwnBook } from "../../../../contract/library.ts";

/**
 * Combines the user's own description of a book with the one in a file. `merge` fills blank fields; `overwrite` replaces
 * every field that the file has. A row without a title changes nothing, because a description without a title cannot be
 * displayed.
 */
export function withFileDescription(
  own: OwnBook | undefined,
  parsed: Partial<OwnBook>,
  mode: ImportMode,
): OwnBook | undefined {
  if (parsed.title === undefined) return own;
  const [base, winner] =
    mode === "merge"
      ? [withoutBlanks(parsed), withoutBlanks(own)]
      : [withoutBlanks(own), withoutBlanks(parsed)];
  return { title: parsed.title, authors: [], ...base, ...winner };
}

/** Compares two descriptions, ignoring blank fields and the order of the fields. */
export function sameDescription(one: OwnBook | undefined, other: OwnBook | undefined): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function withoutBlanks(words: Partial<OwnBook> = {}): Partial<OwnBook> {
  const entries = Object.entries(words).filter(
    ([, value]) =>
      value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(entries);
}

function sorted(words: OwnBook | undefined): [string, unknown][] {
  return Object.entries(withoutBlanks(words)).sort(([a], [b]) => (a < b ? -1 : 1));
}
