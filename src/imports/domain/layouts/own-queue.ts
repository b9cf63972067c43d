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
import { newDraft } from "./draft.ts";
import { Kept } from "./kept.ts";
import { json, valid } from "./own-values.ts";

/** What is taken of a row that waited in the review queue; its candidates are looked for again. */
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

/** A row that waited in the review queue waits again, for the same reason and with the same cells. */
export function readQueued(row: ImportRow, cell: string): ImportRow {
  const notes: Reason[] = [];
  const queued = valid(notes, "BooksTrack Review Queue", json(cell), queuedSchema);
  if (queued === undefined) return { ...row, notes: [...row.notes, ...notes] };
  const { title, authors, details, entry, raw, rowHash, addedAt } = queued;
  const { authors: _own, ...others } = details;
  const kept = new Kept(newDraft({ fullRating: 5 }));
  return {
    row: row.row,
    line: row.line,
    verdict: { kind: "match", reason: reasonOf(queued.reason) },
    notes: [],
    // What comes out of JSON is never undefined, whatever the schema's types allow.
    book: {
      ...others,
      ...(title === undefined ? {} : { title }),
      ...(authors.length === 0 ? {} : { authors }),
    } as Partial<OwnBook>,
    entry: storableEntry(entry as ParsedEntry),
    ...(addedAt === undefined ? {} : { addedAt: Math.floor(Date.parse(addedAt) / 1000) }),
    identifiers: {},
    ...(rowHash === undefined ? {} : { hash: rowHash }),
    raw: kept.raw(Object.entries(raw).map(([name, text]) => ({ name, cell: storable(text) }))),
  };
}

/** What has no field, within what can be stored. */
export function storableExtra(
  extra: Readonly<Record<string, string>>,
): Record<string, string> | undefined {
  const kept = new Kept(newDraft({ fullRating: 5 }));
  for (const [name, text] of Object.entries(extra)) kept.add(storable(name), storable(text));
  return kept.extra();
}

function storableEntry({ extra, ...entry }: ParsedEntry): ParsedEntry {
  const kept = extra === undefined ? undefined : storableExtra(extra);
  return { ...entry, ...(kept === undefined ? {} : { extra: kept }) };
}

function reasonOf({ code, text }: { code: string; text: string }): Reason {
  return isReasonCode(code) ? { code, text: storable(text) } : reason("NO_ISBN");
}

const isReasonCode = (code: string): code is ReasonCode => Object.hasOwn(REASONS, code);
