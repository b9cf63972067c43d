import type { Draft } from "../draft.ts";

/**
 * Reads one cell, which is not blank, into a draft.
 * @returns whether all that the cell says is now said by a field; if not, the cell is also kept under its column
 */
export type FieldReader = (cell: string, draft: Draft, column: string) => boolean;
