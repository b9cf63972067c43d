import type { ImportMode } from "../../../../contract/imports.ts";
import type { OwnBook } from "../../../../contract/library.ts";

/**
 * What the reader's own words of a book are once a file has had its say: a merge fills what is blank, an overwrite
 * replaces what the file says. A row without a title says nothing of the book: what it says could be shown nowhere.
 */
export function withFileWords(
  own: OwnBook | undefined,
  parsed: Partial<OwnBook>,
  mode: ImportMode,
): OwnBook | undefined {
  if (parsed.title === undefined) return own;
  const words = mode === "merge" ? [said(parsed), said(own)] : [said(own), said(parsed)];
  return { title: parsed.title, authors: [], ...words[0], ...words[1] };
}

/** Whether two books say the same, in whatever order. */
export function sameWords(one: OwnBook | undefined, other: OwnBook | undefined): boolean {
  return JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
}

function said(words: Partial<OwnBook> = {}): Partial<OwnBook> {
  const entries = Object.entries(words).filter(
    ([, value]) =>
      value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(entries);
}

function sorted(words: OwnBook | undefined): [string, unknown][] {
  return Object.entries(said(words)).sort(([a], [b]) => (a < b ? -1 : 1));
}
