import type { AddProgressRequest } from "../../../contract/progress.ts";
import type { AppliedChanges } from "../../idempotency/domain/applied-change.ts";
import type { ProgressDeps } from "../../library/domain/progress-ports.ts";
import { recordProgress, removeProgress } from "../../library/domain/record-progress.ts";
import { defined } from "../../platform/defined.ts";
import type { DomainError } from "../../platform/errors.ts";
import { contended, invalid, refused, type ChangeOutcome } from "./change-result.ts";

/** Dependencies of edits of progress. Each may throw DomainError DATABASE_UNAVAILABLE. */
export interface ProgressEditDeps {
  progress: ProgressDeps;
  applied: AppliedChanges;
  progressFull(): DomainError;
  now(): number;
}

interface ProgressEdit {
  userId: string;
  isbn: string;
  key: string;
}

/**
 * Records progress under the key of the change. The row itself shows that the change was applied, so that nothing is
 * recorded twice if the service is killed before the key is remembered.
 * @param edit.at when the edit was made, ms since the epoch
 */
export async function addProgress(
  edit: ProgressEdit & { at: number | undefined; body: AddProgressRequest },
  deps: ProgressEditDeps,
): Promise<ChangeOutcome> {
  const { userId, isbn, key, body } = edit;
  const { id: _id, at: given, note, ...position } = body;
  const at = given === undefined ? edit.at : Date.parse(given);
  const recorded = await recordProgress(
    { userId, isbn, id: key, position: defined(position), at, note },
    deps.progress,
  );
  switch (recorded.kind) {
    case "recorded":
      return remember(edit, recorded.entry.version, deps);
    case "implausible":
      return invalid(`body.${recorded.field}`, recorded.message);
    case "full":
      return { kind: "refused", error: deps.progressFull() };
    case "contended":
      return contended();
    case "not_on_shelf":
      return refused("NOT_FOUND", "This book is not on the shelf. Send an add for it first.");
    case "id_taken":
      return refused(
        "CONFLICT",
        "The key is the id of progress in another book, or of progress that was deleted. Make the edit again with another key.",
      );
  }
}

/** Deletes progress. Progress that is gone stays so. */
export async function deleteProgress(
  edit: ProgressEdit & { id: string },
  deps: ProgressEditDeps,
): Promise<ChangeOutcome> {
  const { userId, isbn, id } = edit;
  const { kind } = await removeProgress({ userId, isbn, id }, deps.progress);
  return kind === "contended" ? contended() : remember(edit, undefined, deps);
}

async function remember(
  { userId, isbn, key }: ProgressEdit,
  version: number | undefined,
  deps: ProgressEditDeps,
): Promise<ChangeOutcome> {
  const outcome = { isbn, ...defined({ version }) };
  await deps.applied.keep(userId, { key, outcome, at: deps.now() });
  return { kind: "applied", outcome };
}
