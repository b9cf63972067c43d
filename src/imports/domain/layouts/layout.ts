import { columnKey } from "./column-names.ts";
import type { Field } from "./fields/index.ts";
import type { Format } from "./formats.ts";

/** How one service writes its files. */
export interface Layout {
  format: Exclude<Format, "list" | "bookstrack">;
  /** What each column holds, by the service's own name for it. */
  columns: Readonly<Record<string, Field>>;
  /** Columns that not every file of the service has: their absence takes nothing from confidence. */
  optional?: readonly string[];
  /** `4/2/2021` is the second of April where nothing in the file says otherwise: spreadsheets of its country write so. */
  isAmerican?: true;
  /** Dates tell the status of rows that name none. */
  datesImplyStatus?: true;
  /** The columns are the reader's choice: a few are enough. */
  isSelection?: true;
}

/** The columns of a layout by what they are compared by. */
export function columnsByKey({ columns }: Layout): ReadonlyMap<string, Field> {
  return new Map(Object.entries(columns).map(([name, field]) => [columnKey(name), field]));
}
