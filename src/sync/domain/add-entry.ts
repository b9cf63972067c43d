import {
  changeEntrySchema,
  changeOwnBookSchema,
  ownBookSchema,
  type AddBookRequest,
} from "../../../contract/library.ts";
import type { Caller } from "../../platform/identity.ts";
import { defined } from "../../platform/defined.ts";
import type { DomainError } from "../../platform/errors.ts";
import type { ParsedIsbn } from "../../catalogue/domain/isbn/isbn.ts";
import { addedBy, addedWords, findOrLookUp, ownAfter } from "../../library/domain/adding.ts";
import { untrashed } from "../../library/domain/entry.ts";
import { MAX_ATTEMPTS, saveEntry } from "../../library/domain/shelf.ts";
import type { NewBook, NotFound } from "../../library/domain/adding.ts";
import { restoreBook } from "../../library/domain/trash.ts";
import { changeEntry, replayOf, type EntryDeps, type EntryEdit } from "./change-entry.ts";
import { contended, refused, type ChangeOutcome } from "./change-result.ts";

/** Dependencies of additions. */
export interface AddDeps extends EntryDeps {
  /** @throws DomainError INVALID_ISBN */
  parseIsbn(text: string): ParsedIsbn;
  /** The error for a lookup that found no book. */
  notFound(outcome: NotFound): DomainError;
  shelfFull(): DomainError;
}

/**
 * Adds a book. If another device has added it meanwhile, the fields are applied as a change based
 * on a shelf without the book: a field that someone else has set to a different value is a
 * conflict.
 */
export async function addEntry(
  edit: Omit<EntryEdit, "isbn"> & { caller: Caller; body: AddBookRequest },
  deps: AddDeps,
): Promise<ChangeOutcome> {
  const { userId, caller, body, key, madeAt } = edit;
  const book = newBook(body, deps);
  const found = await findOrLookUp({ userId, caller, book }, deps);
  if (found.kind !== "place") return { kind: "refused", error: deps.notFound(found) };
  const { isbn } = found;
  let { place } = found;
  const make = addedBy(changeEntrySchema.parse(body), deps.now(), madeAt);
  const words = addedWords(book, changeOwnBookSchema.parse(body));
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    if (place.entry) {
      const given = { ...changeEntrySchema.parse(body), ...(place.book ? {} : words) };
      const base = { ...edit.base, ifVersion: 0 };
      return changeEntry({ ...edit, isbn, base, body: given }, deps);
    }
    const present = untrashed(place);
    const entry = make(present.entry, isbn, place.timeZone);
    const own = ownAfter(present, book.own, words);
    const saved = await saveEntry({ userId, entry, place, own, key }, deps);
    if (saved.kind === "shelved") {
      return { kind: "applied", outcome: { isbn, version: saved.entry.version } };
    }
    const outcome = await replayOf(edit, deps);
    if (outcome) return outcome;
    if (saved.kind === "full") return { kind: "refused", error: deps.shelfFull() };
    place = await deps.shelves.find(userId, isbn);
  }
  return contended();
}

/** Restores a book from the trash. A book that is on the shelf is left unchanged. */
export async function restoreEntry(edit: EntryEdit, deps: AddDeps): Promise<ChangeOutcome> {
  const { userId, isbn, key } = edit;
  const restored = await restoreBook({ userId, isbn, key }, deps);
  if (restored.kind === "shelved") {
    return { kind: "applied", outcome: { isbn, version: restored.entry.version } };
  }
  const replayed = await replayOf(edit, deps);
  if (replayed) return replayed;
  switch (restored.kind) {
    case "full":
      return { kind: "refused", error: deps.shelfFull() };
    case "contended":
      return contended();
    case "not_in_trash": {
      const { entry } = await deps.shelves.find(userId, isbn);
      if (!entry) return refused("NOT_FOUND", "This book is not in the trash. Add it again.");
      const outcome = { isbn, version: entry.version, unchanged: true as const };
      await deps.applied.keep(userId, { key, outcome, at: deps.now() });
      return { kind: "applied", outcome };
    }
  }
}

/** @throws DomainError INVALID_ISBN */
function newBook(body: AddBookRequest, { parseIsbn }: Pick<AddDeps, "parseIsbn">): NewBook {
  const own = body.title === undefined ? undefined : ownBookSchema.parse(body);
  if (body.isbn !== undefined) return { isbn: parseIsbn(body.isbn), ...defined({ own }) };
  if (!own) throw new TypeError("The schema must reject a book without ISBN and title");
  return { own };
}
