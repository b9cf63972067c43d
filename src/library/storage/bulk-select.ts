import type { BulkEdit } from "../domain/bulk-change.ts";
import { emptyEntry, withChange, type EntryChange } from "../domain/entry.ts";
import { foldTag } from "../domain/tags.ts";
import { rowOf, type WRITTEN_COLUMNS } from "./entry-columns.ts";
import { selectSql, type Selection, type Statement } from "./shelf-filter-sql.ts";

type Field = Exclude<keyof EntryChange, "readings">;

/** The column of each field that a bulk change sets. */
const COLUMNS: Readonly<Record<Field, (typeof WRITTEN_COLUMNS)[number]>> = {
  status: "status",
  rating: "rating",
  review: "review",
  notes: "notes",
  tags: "tags",
  format: "format",
  owned: "owned",
  location: "location",
  loan: "loan",
  ownSeries: "own_series",
};

/**
 * Entries of a selection that an edit would change, and their number. Entries that already match
 * the edit are not selected, so that a repeated request reaches the others.
 */
export function selectStatement(
  userId: string,
  selection: Selection,
  edit: BulkEdit,
  limit: number,
): Statement {
  const { sql, values } = selectSql(userId, "entry.isbn, count(*) OVER () AS total", selection);
  const [condition, changed] = edit.isDelete ? ["TRUE", []] : differs(userId, edit);
  return {
    sql: `${sql} AND (${condition}) ORDER BY entry.id LIMIT ?`,
    values: [...values, ...changed, limit],
  };
}

function differs(userId: string, { change, addTags, removeTags }: BulkEdit): [string, unknown[]] {
  const entry = { ...withChange(emptyEntry("", 0), change, 0), version: 0 };
  const row = rowOf({
    entry,
    keys: { sortTitle: "", searchText: "" },
    bookVersion: 0,
    hasOwn: false,
  });
  const fields = (Object.keys(COLUMNS) as Field[]).filter((field) => change[field] !== undefined);
  const conditions = fields.map((field) => `entry.${COLUMNS[field]} IS NOT ?`);
  const values: unknown[] = fields.map((field) => row[COLUMNS[field]]);
  const tagged = "SELECT folded FROM Tags WHERE user_id = ? AND isbn = entry.isbn";
  if (addTags.length > 0) {
    conditions.push(`EXISTS (SELECT 1 FROM json_each(?) WHERE value NOT IN (${tagged}))`);
    values.push(JSON.stringify(addTags.map(foldTag)), userId);
  }
  if (removeTags.length > 0) {
    conditions.push(`EXISTS (${tagged} AND folded IN (SELECT value FROM json_each(?)))`);
    values.push(userId, JSON.stringify(removeTags.map(foldTag)));
  }
  return [conditions.join(" OR "), values];
}
