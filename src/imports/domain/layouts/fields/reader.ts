import type { Draft } from "../draft.ts";

/**
 * Reads one non-blank cell into a draft.
 * @returns whether fields now represent the cell completely; if not, the cell is also stored in `extra`
 */
export type FieldReader = (cell: string, draft: Draft, column: string) => boolean;
