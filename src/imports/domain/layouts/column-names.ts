import { cut } from "../../../catalogue/domain/merge/normalise.ts";
import { fold } from "../../../library/domain/fold.ts";
import { storable } from "./cells.ts";

/** A column's name is repeated in every row that is kept: longer ones are cut. */
const MAX_NAME_LENGTH = 300;

/**
 * What a column's name is compared by: letters and digits alone, folded, so that `ISBN 13`, `isbn_13` and `Isbn-13` are
 * one. Calibre's own columns keep their mark (`#read`), since their meaning is their reader's.
 */
export function columnKey(name: string): string {
  const key = fold(name).replace(/[^\p{L}\p{N}]/gu, "");
  return name.trim().startsWith("#") ? `#${key}` : key;
}

/** The names of a header's columns, each once: `Title`, `Title (2)`; one without a name is called by its place. */
export function distinctNames(header: readonly string[]): string[] {
  const taken = new Set<string>();
  return header.map((cell, index) => {
    const name = cut(storable(cell).trim(), MAX_NAME_LENGTH) || `Column ${index + 1}`;
    let distinct = name;
    for (let count = 2; taken.has(distinct); count += 1) distinct = `${name} (${count})`;
    taken.add(distinct);
    return distinct;
  });
}
