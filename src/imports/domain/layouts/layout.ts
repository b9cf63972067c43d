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
  /** Marks that users also write, which count only beside another mark. */
  ordinaryMarks?: readonly string[];
  /** The maximum rating; absent if users of the service choose it. */
  ratingScale?: RatingScale;
  /**
   * The columns with the service's own id of a row, of which the first that is filled counts; a list has the parts of an id.
   * Rows of the review queue are stored under these ids, so the order never changes.
   */
  id?: readonly (string | readonly string[])[];
  /** The order of the service's dates, where it is not certain from the dates themselves. */
  dateOrder?: DateOrder;
  /** Columns that not every file of the service has; their absence does not lower the confidence. */
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
