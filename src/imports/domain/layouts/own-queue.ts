import * as z from "zod";
import { addedAtSchema, extraSchema } from "../../../../contract/library-fields.ts";
import {
  changeBookRequestSchema,
  ownBookSchema,
  type OwnBook,
} from "../../../../contract/library.ts";
import type { ParsedEntry } from "../../../library/domain/merge-entry.ts";
import { reason, REASONS, type Reason, type ReasonCode } from "../job/reasons.ts";
import type { ImportRow } from "../job/row.ts";
import { storable } from "./cells.ts";
import { newDraft, OWN_CONVENTIONS } from "./draft.ts";
import { CellStore } from "./kept.ts";
import { json, valid } from "./own-values.ts";
import { defined } from "../../../platform/defined.ts";

/**
 * The exported item of the review queue. Its candidates are not imported; they are searched again.
 */
const queuedSchema = z.object({
  rowHash: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional()
    .catch(undefined),
  title: ownBookSchema.shape.title.optional(),
  authors: ownBookSchema.shape.authors,
  raw: extraSchema,
  reason: z.object({ code: z.string().max(40), text: z.string().max(2000) }),
  details: ownBookSchema.partial(),
  entry: changeBookRequestSchema.extend({ extra: extraSchema.optional() }),
  addedAt: addedAtSchema.optional().catch(undefined),
});

/** Reads a row that was in the review queue: it is queued again, with the same reason and the same cells. */
export function readQueued(row: ImportRow, cell: string): ImportRow {
  const notes: Reason[] = [];
  const queued = valid(notes, "BooksTrack Review Queue", json(cell), queuedSchema);
  if (queued === undefined) return { ...row, notes: [...row.notes, ...notes] };
  const { title, authors, details, entry, raw, rowHash, addedAt } = queued;
  const { authors: _own, ...others } = details;
  const store = new CellStore(newDraft(OWN_CONVENTIONS));
  return {
    row: row.row,
    line: row.line,
    verdict: { kind: "match", reason: reasonOf(queued.reason) },
    notes: [],
    // Values parsed from JSON are never undefined, although the schema's types allow it.
    book: {
      ...others,
      ...defined({ title }),
      ...(authors.length === 0 ? {} : { authors }),
    } as Partial<OwnBook>,
    entry: storableEntry(entry as ParsedEntry),
    ...defined({
      addedAt: addedAt === undefined ? undefined : Math.floor(Date.parse(addedAt) / 1000),
    }),
    identifiers: {},
    ...defined({ hash: rowHash }),
    raw: store.raw(Object.entries(raw).map(([name, text]) => ({ name, cell: storable(text) }))),
  };
}

/** Limits `extra` to the storable size; undefined if nothing is left. */
export function storableExtra(
  extra: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const store = new CellStore(newDraft(OWN_CONVENTIONS));
  for (const [name, text] of Object.entries(extra)) store.add(storable(name), storable(text));
  return store.extra();
}

function storableEntry({ extra, ...entry }: ParsedEntry): ParsedEntry {
  const fitted = extra === undefined ? undefined : storableExtra(extra);
  return { ...entry, ...defined({ extra: fitted }) };
}

function reasonOf({ code, text }: { code: string; text: string }): Reason {
  return isReasonCode(code) ? { code, text: storable(text) } : reason("NO_ISBN");
}

const isReasonCode = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);
