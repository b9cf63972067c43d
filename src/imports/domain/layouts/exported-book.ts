import * as z from "zod";
import { archivedEntrySchema } from "../../../../contract/archive.ts";
import { ownBookSchema, type OwnBook } from "../../../../contract/library.ts";
import { defined } from "../../../platform/defined.ts";
import type { ImportRow } from "../job/row.ts";
import { archivedEntry, hasPlace, secondsOf, verdictAt } from "./archived-entry.ts";
import { ownProgressSchema } from "./own-values.ts";

/**
 * A `LibraryBook` as it is exported, with the user's own description if the catalogue's is
 * displayed instead.
 */
const bookSchema = archivedEntrySchema
  .omit({ type: true, version: true, fieldWrites: true, book: true })
  .extend({ confirmed: z.boolean().default(false), progress: ownProgressSchema.optional() })
  .refine(({ isbn }) => hasPlace(isbn), { message: "must be a valid ISBN-13", path: ["isbn"] });

/**
 * Reads a book of the NDJSON or the JSON export.
 * @param hasProgress whether to read the book's own progress, because the file has no other
 * @returns the issue if a value is wrong
 */
export function bookRow(
  row: ImportRow,
  value: unknown,
  { hasProgress }: { hasProgress: boolean },
): ImportRow | { issue: z.ZodError } {
  const read = bookSchema.safeParse(value);
  if (!read.success) return { issue: read.error };
  const { isbn, addedAt, updatedAt, source, own, confirmed, progress } = read.data;
  const shown = described(isbn, value);
  const words = own ?? (confirmed ? undefined : shown);
  return {
    ...row,
    verdict: verdictAt(isbn),
    ...(words === undefined ? { book: shown ?? {} } : { book: words, isOwnWords: true }),
    entry: archivedEntry(read.data),
    addedAt: secondsOf(addedAt),
    stood: { updatedAt: secondsOf(updatedAt), ...defined({ source }) },
    ...(hasProgress ? defined({ progress }) : {}),
    raw: {},
  };
}

/**
 * The description of a book; undefined if its title is only the id in place of an unknown title.
 */
function described(isbn: string, value: unknown): OwnBook | undefined {
  const book = ownBookSchema.safeParse(value).data;
  if (book === undefined || book.title === isbn) return undefined;
  const { categories = [], ...others } = book;
  return { ...others, ...(categories.length > 0 ? { categories } : {}) };
}
