import type { ImportMode } from "../../../../contract/imports.ts";
import type { OwnBook } from "../../../../contract/library.ts";
import { copied, wordsAlone, type BookWords } from "../../../library/domain/own-book.ts";

/**
 * Combines the user's own description of a book with the one in a file. `merge` fills blank fields;
 * `overwrite` replaces every field that the file has. A row without a title changes nothing,
 * because a description without a title cannot be displayed.
 * @param isCopy whether the file's description is another instance's catalogue data, which does not
 * change the user's own
 */
export function withFileDescription(
  own: BookWords | undefined,
  { book: parsed, isCopy }: { book: Partial<OwnBook>; isCopy?: true },
  mode: ImportMode,
): BookWords | undefined {
  if (parsed.title === undefined) return own;
  if (isCopy && own && !own.isCopy) return own;
  const words = withoutBlanks(own && wordsAlone(own));
  const isReplaced = mode === "overwrite" || (own?.isCopy && !isCopy);
  const [base, winner] = isReplaced
    ? [words, withoutBlanks(parsed)]
    : [withoutBlanks(parsed), words];
  const combined = { title: parsed.title, authors: [], ...base, ...winner };
  return isCopy ? copied(combined) : combined;
}

/** Compares two descriptions, ignoring blank fields and the order of the fields. */
export function sameDescription(one: BookWords | undefined, other: BookWords | undefined): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function withoutBlanks(words: Partial<OwnBook> = {}): Partial<OwnBook> {
  const entries = Object.entries(words).filter(
    ([, value]) =>
      value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(entries);
}

function sorted(words: BookWords | undefined): [string, unknown][] {
  return Object.entries(withoutBlanks(words)).sort(([a], [b]) => (a < b ? -1 : 1));
}
