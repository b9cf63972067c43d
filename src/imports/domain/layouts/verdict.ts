import { reason, type Reason } from "../job/reasons.ts";
import type { Verdict } from "../job/row.ts";
import type { Draft } from "./draft.ts";
import { findIsbn } from "./isbn-cells.ts";

/** Derives the verdict of a row from its ISBNs, identifiers and title. Adds the notes of the ISBN to the draft. */
export function verdictOf(draft: Draft): Verdict {
  const found = findIsbn(draft.isbnCells);
  const invalid = (why: Reason): Verdict => ({ kind: "invalid", reason: why });
  if (draft.isRemoved) return invalid(reason("REMOVED"));
  const { notABook } = draft;
  if (notABook !== undefined && (notABook.isCertain || found.kind !== "one")) {
    return invalid(reason("NOT_A_BOOK", `${notABook.word}.`));
  }
  if (found.kind === "one") {
    draft.notes.push(...found.notes);
    return { kind: "shelve", isbn: found.isbn, matchedBy: found.matchedBy };
  }
  const { openLibraryEdition, openLibraryWork } = draft.identifiers;
  const isNamed = (draft.book.title ?? openLibraryEdition ?? openLibraryWork) !== undefined;
  if (found.kind === "none") {
    return isNamed ? { kind: "match", reason: reason("NO_ISBN") } : invalid(reason("NO_TITLE"));
  }
  // The user may recognise the book from a damaged number, even without a title.
  return isNamed || found.isUsable
    ? { kind: "match", reason: found.reason }
    : invalid(found.reason);
}
