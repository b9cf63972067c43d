import {
  MAX_BORROWER_LENGTH,
  MAX_LOCATION_LENGTH,
} from "../../../../../contract/library-fields.ts";
import { copiesOf, formatOfWord, isNameOfFormat } from "../../../../library/domain/copy-words.ts";
import { positionOf, seriesOf } from "../../../../library/domain/series-text.ts";
import { isPlaceholder } from "../cells.ts";
import { readDate } from "../dates.ts";
import { dateOrderIn, fitting, type Draft } from "../draft.ts";
import { yesOrNo } from "../statuses.ts";
import type { FieldReader } from "./reader.ts";

/**
 * Sets a field that several columns may provide; the first wins.
 * @returns whether the field now has this value
 */
function once<Field extends "format" | "owned" | "location">(
  { copy }: Draft,
  field: Field,
  value: NonNullable<Draft["copy"][Field]>,
): boolean {
  copy[field] ??= value;
  return copy[field] === value;
}

/** A date of a loan. If the row names no borrower, `assemble` also stores the cell in `extra`. */
const loanDay =
  (side: "since" | "due"): FieldReader =>
  (cell, draft, column) => {
    if (isPlaceholder(cell)) return true;
    const date = readDate(cell, dateOrderIn(draft, column))?.date;
    if (date === undefined) return false;
    draft.copy.loan[side] ??= date;
    draft.copy.loanCells.push([column, cell]);
    return draft.copy.loan[side] === date;
  };

const RETURNED = /return|zurück|rendu|devuelto|restituit|teruggebracht|available|closed/i;

/** Fields of the user's copy of the book. */
export const COPY_FIELDS = {
  /**
   * A name with more detail than the format, such as `Mass Market Paperback`, is also stored in
   * `extra`.
   */
  format: (cell, draft) => {
    if (isPlaceholder(cell)) return true;
    const format = formatOfWord(cell);
    if (format === undefined) return false;
    return once(draft, "format", format) && isNameOfFormat(cell, format);
  },

  /** Calibre: the files of the book. */
  fileFormats: (_cell, draft) => {
    once(draft, "format", "ebook");
    return false;
  },
  isAudiobook: (cell, draft) => {
    if (yesOrNo(cell) === true) once(draft, "format", "audiobook");
    return false;
  },

  owned: (cell, draft) => {
    const answer = yesOrNo(cell);
    if (answer !== undefined) return once(draft, "owned", answer);
    const copies = copiesOf(cell);
    if (copies === undefined) return false;
    return once(draft, "owned", copies > 0) && copies < 2;
  },
  /** Only a yes counts, because in these services `No` and `0` are the default. */
  ownedIfYes: (cell, draft) => {
    const copies = copiesOf(cell) ?? Number(yesOrNo(cell) === true);
    return copies > 0 && once(draft, "owned", true) && copies < 2;
  },
  /** Inventaire has only books that the user owns. */
  ownedItem: (_cell, draft) => {
    once(draft, "owned", true);
    return false;
  },
  noLongerOwned: (cell, draft) => {
    if (yesOrNo(cell) === true) draft.copy.owned = false;
    return false;
  },

  location: (cell, draft, column) =>
    once(draft, "location", fitting(draft, cell.trim(), MAX_LOCATION_LENGTH, column)),

  loanTo: (cell, draft, column) => {
    // Some services only state whether the book is on loan.
    if (isPlaceholder(cell) || yesOrNo(cell) !== undefined) return false;
    draft.copy.loan.to ??= fitting(draft, cell.trim(), MAX_BORROWER_LENGTH, column);
    draft.copy.loanCells.push([column, cell]);
    return draft.copy.loan.to === cell.trim();
  },
  loanSince: loanDay("since"),
  loanDue: loanDay("due"),
  /** LibraryThing also lists returned loans. */
  loanStatus: (cell, draft) => {
    draft.copy.isReturned ||= RETURNED.test(cell);
    return false;
  },

  /** `Dune #1`, or a name with the number in another column. */
  series: (cell, draft) => {
    if (isPlaceholder(cell)) return true;
    const found = cell.split(/[;\n]/).flatMap((part) => seriesOf(part.trim()) ?? []);
    draft.copy.series.push(...found);
    return found.length > 0;
  },
  /** Book Catalogue: `Dune(1)|Ace Classics`. */
  seriesByBars: (cell, draft) => {
    const found = cell.split("|").flatMap((part) => seriesOf(part) ?? []);
    draft.copy.series.push(...found);
    return found.length > 0;
  },
  /** The number in the row's only series; otherwise `assemble` stores the cell in `extra`. */
  seriesPosition: (cell, draft, column) => {
    if (isPlaceholder(cell)) return true;
    // Libation: `1 : Dune`.
    const position = positionOf(cell.split(":", 1)[0] || cell);
    if (position === undefined || draft.copy.position !== undefined) return false;
    draft.copy.position = { column, cell, position };
    return true;
  },
} satisfies Record<string, FieldReader>;
