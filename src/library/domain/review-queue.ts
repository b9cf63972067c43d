import { ownBookSchema, type OwnBook } from "../../../contract/library.ts";
import type { ParsedIsbn } from "../../catalogue/domain/isbn/isbn.ts";
import type { Caller } from "../../platform/identity.ts";
import { defined } from "../../platform/defined.ts";
import { emptyEntry } from "./entry.ts";
import { mergeParsed } from "./merge-entry.ts";
import type { QueuedRow } from "./review.ts";
import { shelve, type AddOutcome, type KeepAnswer, type ShelfDeps } from "./shelf.ts";
import type { NewBook } from "./adding.ts";

/** Dependencies of `resolveRow`. */
export interface ReviewDeps extends ShelfDeps {
  /** Finds a waiting row of this user, and the format of its file. @throws DomainError DATABASE_UNAVAILABLE */
  findRow(userId: string, id: string): Promise<{ item: QueuedRow; format?: string } | undefined>;
}

/** The writer recorded for a row from an unknown import. */
const UNKNOWN_FORMAT = "import";

export type ResolveOutcome = AddOutcome | { kind: "not_waiting" } | { kind: "untitled" };

/**
 * Shelves a waiting row. With an ISBN, it becomes that edition; if no provider knows it or the
 * providers are unavailable, the edition has the details of the row. Without an ISBN, it becomes a
 * user-defined book with the details of the row. Row and entry are written together, so that a row
 * is never lost and never shelved twice.
 */
export async function resolveRow(
  input: {
    userId: string;
    caller: Caller;
    id: string;
    isbn?: ParsedIsbn | undefined;
    keepAnswer?: KeepAnswer;
  },
  deps: ReviewDeps,
): Promise<ResolveOutcome> {
  const { userId, caller, id, isbn } = input;
  const found = await deps.findRow(userId, id);
  if (!found) return { kind: "not_waiting" };
  const { item: row, format: writer = UNKNOWN_FORMAT } = found;
  const own = ownDetails(row);
  const book: NewBook | undefined = isbn ? { isbn, ...defined({ own }) } : own && { own };
  if (!book) return { kind: "untitled" };
  const at = Math.floor(deps.now() / 1000);
  const addedAt = row.addedAt === undefined ? at : Math.floor(Date.parse(row.addedAt) / 1000);
  const outcome = await shelve(
    {
      userId,
      caller,
      book,
      settles: id,
      keepAnswer: input.keepAnswer,
      writer,
      make(entry, key) {
        const present = entry ?? { ...emptyEntry(key, addedAt), source: row.jobId };
        return mergeParsed(present, row.entry, { writer, at }).entry;
      },
    },
    deps,
  );
  // If the row is no longer waiting, a concurrent request has settled it.
  if (outcome.kind !== "contended" || (await deps.findRow(userId, id))) return outcome;
  return { kind: "not_waiting" };
}

function ownDetails({ title, authors, details }: QueuedRow): OwnBook | undefined {
  return ownBookSchema.safeParse({ ...details, title, authors }).data;
}
