import type { ImportMode } from "../../../../contract/imports.ts";
import { emptyEntry, type Entry } from "../../../library/domain/entry.ts";
import {
  mergeParsed,
  overwriteWithParsed,
  type MergedEntry,
  type KeptField,
} from "../../../library/domain/merge-entry.ts";
import { reason, type Reason } from "./reasons.ts";
import { defined } from "../../../platform/defined.ts";
import type { ExportedOrigin, ParsedRow } from "./row.ts";

/** How to merge a row. */
export interface MergeOptions {
  jobId: string;
  format: string;
  mode: ImportMode;
  /** The number of earlier rows of the same book in the file. */
  place: number;
  /** ms since the epoch. */
  now: number;
}

/** The entry after the row, with notes about unused values of the row. */
interface MergedRow extends Pick<MergedEntry, "entry" | "isReattributed"> {
  notes: Reason[];
}

/** Merges a row into the entry of its book. */
export function mergeRow(
  before: Entry | undefined,
  isbn: string,
  { entry: parsed, addedAt, stood }: ParsedRow,
  { format, mode, jobId, place, now }: MergeOptions,
): MergedRow {
  const at = Math.floor(now / 1000);
  const source = { writer: format, place, at };
  if (before === undefined) {
    const { updatedAt, source: origin } = stood ?? { updatedAt: at, source: jobId };
    if (stood?.version !== undefined) {
      return withNotes(exactly(isbn, parsed, { addedAt: addedAt ?? at, ...stood }));
    }
    const created = { ...emptyEntry(isbn, addedAt ?? at), ...defined({ source: origin }) };
    return withNotes(mergeParsed(created, parsed, { ...source, at: Math.min(updatedAt, at) }));
  }
  if (mode === "merge") return withNotes(mergeParsed(before, parsed, source));
  const entry = overwriteWithParsed(before, parsed, source);
  return {
    entry: { ...entry, addedAt: addedAt ?? before.addedAt },
    notes: [],
    isReattributed: false,
  };
}

/** The entry that a row of an archive describes. */
function exactly(
  isbn: string,
  { readCount: _readCount, tags = [], readings = [], ...fields }: ParsedRow["entry"],
  { addedAt, updatedAt, source }: { addedAt: number } & ExportedOrigin,
): MergedEntry {
  const entry = {
    ...emptyEntry(isbn, addedAt),
    ...defined(fields),
    tags,
    readings,
    updatedAt,
    ...defined({ source }),
  };
  return { entry, kept: [], differing: [], isReattributed: false };
}

function withNotes({ entry, kept, differing, isReattributed }: MergedEntry): MergedRow {
  const notes = [
    ...(kept.length > 0 ? [reason("KEPT_YOURS", fieldsOf(kept))] : []),
    ...(differing.length > 0 ? [reason("ROWS_DIFFER", fieldsOf(differing))] : []),
  ];
  return { entry, notes, isReattributed };
}

const fieldsOf = (fields: readonly KeptField[]): string => {
  const list = fields.join(", ");
  return `${list.charAt(0).toUpperCase()}${list.slice(1)}.`;
};
