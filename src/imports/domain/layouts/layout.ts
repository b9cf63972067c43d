import { columnKey } from "./column-names.ts";
import type { DateOrder, RatingScale } from "../reading/assumptions.ts";
import type { Field } from "./fields/index.ts";
import type { Format } from "./formats.ts";

/** The layout of one service's files. */
export interface Layout {
  format: Exclude<Format, "list" | "bookstrack" | "bookstrack-archive">;
  /** Field by the service's name of the column. */
  columns: Readonly<Record<string, Field>>;
  /** Columns that only this service writes, by which its files are recognised. */
  marks: readonly string[];
  /** Marks that users also use, which count only together with another mark. */
  ordinaryMarks?: readonly string[];
  /** The maximum rating; absent if the service's users choose it. */
  ratingScale?: RatingScale;
  /**
   * The columns with the service's own id of a row; the first non-blank one is used. A list has the
   * parts of an id. Rows of the review queue are stored under these ids, so the order never
   * changes.
   */
  id?: readonly (string | readonly string[])[];
  /** The order of the service's dates, if the dates themselves do not show it. */
  dateOrder?: DateOrder;
  /**
   * Columns that are missing from some files of the service; their absence does not lower the
   * confidence.
   */
  optional?: readonly string[];
  /** `4/2/2021` is 2 April unless the file shows otherwise, because US spreadsheets write dates that way. */
  isAmerican?: true;
  /** Dates imply the status of rows without one. */
  datesImplyStatus?: true;
  /** The user chooses the columns when exporting, so a few of them are enough. */
  isSelection?: true;
}

/** Returns the columns of a layout by their comparison key. */
export function columnsByKey({ columns }: Layout): ReadonlyMap<string, Field> {
  return new Map(Object.entries(columns).map(([name, field]) => [columnKey(name), field]));
}
