import { reason } from "../job/reasons.ts";
import type { CsvRecord, ImportRow, Verdict } from "../job/row.ts";
import { assemble } from "./assemble.ts";
import { isBlank, storable, unwrap } from "./cells.ts";
import { newDraft, note } from "./draft.ts";
import { FIELDS } from "./fields/index.ts";
import { isShifted } from "./fit-cells.ts";
import { CellStore } from "./kept.ts";
import type { Plan, PlannedColumn } from "./plan.ts";
import { defined } from "../../../platform/defined.ts";

/** Reads one record. Any record yields a row, and every part of the row conforms to the contract. */
export function readRow(record: CsvRecord, plan: Plan): ImportRow {
  const draft = newDraft(plan.conventions);
  const { cells, damage } = record;
  if (record.hadNul || cells.some((cell) => cell.includes("\0"))) note(draft, "NUL_REMOVED");
  if (record.isDoubtful) note(draft, "TEXT_IMPROBABLE");
  const store = new CellStore(draft);
  const all = named(record, plan);
  const refuse = (code: Parameters<typeof reason>[0], detail?: string): ImportRow =>
    unreadable(record, { kind: "invalid", reason: reason(code, detail) }, store.raw(all));

  if (damage !== undefined) return refuse(damage);
  if (cells.every(isBlank)) return refuse("EMPTY_ROW");
  if (isRagged(record, plan)) {
    const counts = `${cells.length} instead of ${plan.columns.length} cells.`;
    if (isShifted(cells, plan.columns)) return refuse("CELLS_SHIFTED", counts);
    note(draft, "RAGGED_ROW", counts);
  }
  for (const { name, field, cell } of all) {
    if (isBlank(cell)) continue;
    const text = unwrap(cell);
    if (!isBlank(text) && !FIELDS[field](text, draft, name)) store.add(name, text);
  }
  const { verdict, book, entry, identifiers } = assemble(draft, store, plan);
  return {
    row: record.row,
    line: record.line,
    verdict,
    notes: draft.notes,
    book,
    entry,
    ...defined({ addedAt: draft.addedAt }),
    identifiers,
    raw: store.raw(all),
  };
}

function unreadable(
  { row, line }: CsvRecord,
  verdict: Verdict,
  raw: Readonly<Record<string, string>>,
): ImportRow {
  return { row, line, verdict, notes: [], book: {}, entry: {}, identifiers: {}, raw };
}

/** Whether a record has fewer cells than the header, or non-blank cells beyond its last column. */
function isRagged({ cells }: CsvRecord, { columns }: Plan): boolean {
  return (
    cells.length < columns.length || cells.slice(columns.length).some((cell) => !isBlank(cell))
  );
}

/** Pairs the cells with their columns. Cells beyond the last column are named by position. */
function named({ cells }: CsvRecord, { columns }: Plan): (PlannedColumn & { cell: string })[] {
  const beyond = cells.length - columns.length;
  const places = Array.from({ length: Math.max(0, beyond) }, (_, index): PlannedColumn => ({
    name: `Column ${columns.length + index + 1}`,
    field: "extra",
    isKnown: false,
  }));
  return [...columns, ...places].map((column, index) => ({
    ...column,
    cell: storable(cells[index] ?? ""),
  }));
}
