import type { ArchivedEntry } from "../../../../contract/archive.ts";
import { parseIsbn } from "../../../catalogue/domain/isbn/isbn.ts";
import type { ParsedEntry } from "../../../library/domain/merge-entry.ts";
import { defined } from "../../../platform/defined.ts";
import type { Verdict } from "../job/row.ts";
import { storableExtra } from "./own-queue.ts";

/** Whether an ISBN identifies a place on a shelf, which requires a valid check digit. */
export function hasPlace(isbn: string): boolean {
  if (isbn.startsWith("local-")) return true;
  const result = parseIsbn(isbn);
  return result.ok && result.isbn.isbn13 === isbn;
}

/** The verdict of a line that specifies the place of its entry. */
export function verdictAt(isbn: string): Extract<Verdict, { kind: "shelve" }> {
  return {
    kind: "shelve",
    isbn,
    ...(isbn.startsWith("local-") ? {} : { matchedBy: "isbn13" as const }),
  };
}

/** The entry of a line, in the form that rows of all files use. */
export function archivedEntry(line: Omit<ArchivedEntry, "type" | "version">): ParsedEntry {
  const { status, rating, review, notes, tags, readings, extra } = line;
  const { format, owned, location, loan, ownSeries } = line;
  const fields = { status, rating, review, notes, format, owned, location, loan, ownSeries };
  return defined({
    ...fields,
    tags: tags.length > 0 ? tags : undefined,
    readings: readings.length > 0 ? readings : undefined,
    extra: extra && storableExtra(extra),
  });
}

/** Seconds since the epoch. */
export const secondsOf = (instant: string): number => Math.floor(Date.parse(instant) / 1000);
