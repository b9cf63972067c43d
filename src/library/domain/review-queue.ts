import { ownBookSchema, type OwnBook } from "../../../contract/library.ts";
import type { ParsedIsbn } from "../../catalogue/domain/isbn/isbn.ts";
import type { Caller } from "../../platform/identity.ts";
import { emptyEntry } from "./entry.ts";
import { mergeParsed } from "./merge-entry.ts";
import type { QueuedRow } from "./review.ts";
import { shelve, type AddOutcome, type KeepAnswer, type NewBook, type ShelfDeps } from "./shelf.ts";

/** What settling rows needs of the world beside shelves. */
export interface ReviewDeps extends ShelfDeps {
  /** A row of this user that waits. @throws DomainError DATABASE_UNAVAILABLE */
  findRow(userId: string, id: string): Promise<QueuedRow | undefined>;
}

export type ResolveOutcome = AddOutcome | { kind: "not_waiting" } | { kind: "untitled" };

/**
 * Shelves a waiting row: as an edition, which is what the row says when no provider knows it or none can say; or without an ISBN as a book of the reader's own that is what the row says. Row
 * and entry are written together, so that a row is never lost and never shelved twice.
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
  const row = await deps.findRow(userId, id);
  if (!row) return { kind: "not_waiting" };
  const own = ownWords(row);
  const book: NewBook | undefined = isbn ? { isbn, ...(own && { own }) } : own && { own };
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
      make: (entry, key) =>
        mergeParsed(entry ?? { ...emptyEntry(key, addedAt), source: row.jobId }, row.entry, at),
    },
    deps,
  );
  // Whoever was faster has settled the row.
  if (outcome.kind !== "contended" || (await deps.findRow(userId, id))) return outcome;
  return { kind: "not_waiting" };
}

function ownWords({ title, authors, details }: QueuedRow): OwnBook | undefined {
  return ownBookSchema.safeParse({ ...details, title, authors }).data;
}
