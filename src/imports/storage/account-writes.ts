import type { ArchivedTrash } from "../../../contract/archive.ts";
import type { EntryImage } from "../../library/domain/entry.ts";
import { copied } from "../../library/domain/own-book.ts";
import { noCounts } from "../../library/domain/shelf-counts.ts";
import {
  archiveSql,
  archiveStatements,
  fitTrash,
  type ArchivedRows,
} from "../../library/module.ts";
import { defined } from "../../platform/defined.ts";
import { SECOND_MS } from "../../platform/time.ts";
import type { AccountLine, AccountWrite } from "../domain/job/account-line.ts";
import type { ShelvingPlan } from "../domain/job/shelving-plan.ts";
import { IS_OURS } from "./advance.ts";
import { takeForStep, type StepBatch } from "./shelf-steps.ts";

const SQL = archiveSql(IS_OURS);

/**
 * Statements that add data other than entries and waiting rows, after the entries of the step. They
 * take the shelf if no entry is written. Empty without such lines.
 */
export function accountStatements(
  db: D1Database,
  batch: StepBatch,
  { account, writes }: Pick<ShelvingPlan, "account" | "writes">,
  trash: { at: number; maxBytes: number | undefined },
): D1PreparedStatement[] {
  if (account.length === 0) return [];
  const { jobId: subject, token, userId } = batch;
  const rows = rowsOf(account);
  return [
    ...(writes.length === 0 ? [takeForStep(db, batch, noCounts())] : []),
    ...archiveStatements(db, SQL, { subject, token, userId }, rows),
    ...(rows.trash.length > 0 ? fitTrash(db, { userId, token, ...trash }) : []),
  ];
}

function rowsOf(writes: readonly AccountWrite[]): ArchivedRows {
  const of = <Type extends AccountLine["type"]>(type: Type) =>
    writes.flatMap(({ line, version }) =>
      line.type === type ? [{ ...(line as Extract<AccountLine, { type: Type }>), version }] : [],
    );
  return {
    progress: of("progress").map((line) => ({ ...line, at: Date.parse(line.at) })),
    goals: of("goal"),
    settings: of("setting"),
    trash: of("trash").map(trashedRowOf),
    moves: of("move"),
  };
}

function trashedRowOf(line: ArchivedTrash): ArchivedRows["trash"][number] {
  const { isbn, version, deletedAt, until } = line;
  return {
    isbn,
    version,
    deletedAt: Date.parse(deletedAt),
    until: Date.parse(until),
    image: JSON.stringify(imageOf(line)),
  };
}

function imageOf(line: ArchivedTrash): EntryImage {
  const { type: _type, deletedAt: _at, until: _until, own, book, latest, ...fields } = line;
  const entry = {
    ...fields,
    addedAt: Math.floor(Date.parse(line.addedAt) / SECOND_MS),
    updatedAt: Math.floor(Date.parse(line.updatedAt) / SECOND_MS),
  };
  // Values parsed from JSON are never undefined, although the schema's types allow it.
  return { entry, ...defined({ own: own ?? (book && copied(book)), latest }) } as EntryImage;
}
