import type * as z from "zod";
import { reason, type Reason } from "../job/reasons.ts";
import { isBlank } from "./cells.ts";

/** The value of a cell in JSON; nothing in an empty one; a cell that is no JSON is the text that it is. */
export function json(cell: string): unknown {
  if (isBlank(cell)) return undefined;
  try {
    return JSON.parse(cell);
  } catch {
    return cell;
  }
}

/** The value of a cell if it is what its column says; else nothing, and a note. */
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
