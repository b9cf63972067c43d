import type { KeyRecord } from "../domain/legacy/key-record.ts";
import type { FieldDifference } from "../domain/legacy/field-difference.ts";
import type { HeldBook, HeldBooks } from "../domain/legacy/held-book.ts";
import { differenceOf } from "../domain/legacy/field-difference.ts";
import { toStoredBook, readBlob, toColumns, type BookColumns, type BookRow } from "./book-row.ts";
import { withoutNulls } from "../../platform/defined.ts";

/** A requested ISBN with its row, if any, and the keys that were merged into it. */
type HeldRow = { asked: string; keys: string } & {
  [Column in keyof FoundRow]: FoundRow[Column] | null;
};
type FoundRow = BookRow & BookColumns;

/** A key as selected by `HELD`. */
interface HeldKey {
  key: string;
  hash: string;
  dated_at: number | null;
  is_isbn13: number;
  fields: number;
}

const HELD = `
  SELECT asked.value AS asked, Books.*, (
    SELECT json_group_array(json_object('key', key, 'hash', content_hash, 'dated_at', dated_at,
                                        'is_isbn13', is_isbn13, 'fields', fields))
    FROM MigratedKeys WHERE MigratedKeys.isbn = asked.value
  ) AS keys
  FROM json_each(?1) AS asked LEFT JOIN Books ON Books.isbn = asked.value`;

/** The stored data of the given ISBN-13s: one statement, at most 100 of them. */
export function d1HeldBooks(db: D1Database): (isbns: readonly string[]) => Promise<HeldBooks> {
  return async (isbns) => {
    const { results } = await db.prepare(HELD).bind(JSON.stringify(isbns)).all<HeldRow>();
    return new Map(results.map((row) => [row.asked, toHeld(row)]));
  };
}

function toHeld({ asked, keys, ...row }: HeldRow): HeldBook {
  const records = (JSON.parse(keys) as HeldKey[]).map((key): KeyRecord => ({
    key: key.key,
    isbn: asked,
    hash: key.hash,
    isIsbn13: key.is_isbn13 === 1,
    fields: key.fields,
    ...withoutNulls({ datedAt: key.dated_at }),
  }));
  if (row.isbn === null) return { keys: records, columnDifferences: [] };
  const found = row as FoundRow;
  return {
    stored: toStoredBook(found),
    keys: records,
    columnDifferences: columnDifferences(found),
  };
}

/** Columns of a row that differ from its blob. */
function columnDifferences(row: FoundRow): FieldDifference[] {
  const book = readBlob(row.canonical_metadata);
  if (book === undefined)
    return differenceOf("canonical_metadata", "a book", row.canonical_metadata);
  const due = toColumns(book);
  const names = Object.keys(due) as (keyof BookColumns)[];
  return names
    .filter((name) => name !== "canonical_metadata")
    .flatMap((name) => differenceOf(name, due[name], row[name]));
}
