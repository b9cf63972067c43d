import { cut } from "../../../catalogue/domain/merge/normalise.ts";
import { nameKey } from "../../../library/domain/fold.ts";
import { storable } from "./cells.ts";

/** Longer column names are truncated, because the name is stored with every row. */
const MAX_NAME_LENGTH = 300;

/**
 * Returns the key for comparing column names: folded letters and digits only, so that `ISBN 13`, `isbn_13` and `Isbn-13` are
 * equal. Calibre's custom columns retain their mark (`#read`), because their meaning is defined by the user.
 */
export function columnKey(name: string): string {
  return name.trim().startsWith("#") ? `#${nameKey(name)}` : nameKey(name);
}

/** Makes the column names of a header unique: `Title`, `Title (2)`. A column without a name is named by its position. */
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
