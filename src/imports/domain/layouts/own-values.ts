import type * as z from "zod";
import { bookProgressSchema } from "../../../../contract/library.ts";
import { reason, type Reason } from "../job/reasons.ts";
import { isBlank } from "./cells.ts";

/** The progress of an exported book, with at least one position. */
export const ownProgressSchema = bookProgressSchema.refine(
  ({ page, percent, minutes }) => (page ?? percent ?? minutes) !== undefined,
  "has no page, percent or minutes",
);

/** Parses a JSON cell; undefined for a blank cell, and the text itself if it is not JSON. */
export function json(cell: string): unknown {
  if (isBlank(cell)) return undefined;
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

/** Validates the value of a cell. Adds a note and returns undefined if it does not match the schema. */
export function valid<Value>(
  notes: Reason[],
  column: string,
  value: unknown,
  schema: z.ZodType<Value>,
): Value | undefined {
  if (value === undefined) return undefined;
  const { success, data } = schema.safeParse(value);
  if (!success) notes.push(reason("VALUE_UNREADABLE", `${column}.`));
  return data;
}
