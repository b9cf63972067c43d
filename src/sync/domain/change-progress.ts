import type { AddProgressRequest } from "../../../contract/progress.ts";
import type { AppliedChanges, AppliedOutcome } from "../../idempotency/domain/applied-change.ts";
import type { ProgressEntry } from "../../library/domain/progress.ts";
import type { ProgressDeps } from "../../library/domain/progress-ports.ts";
import { recordProgress, removeProgress } from "../../library/domain/record-progress.ts";
import { defined } from "../../platform/defined.ts";
import type { DomainError } from "../../platform/errors.ts";
import { replayOf } from "./change-entry.ts";
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
 * Records progress under the key of the change, which is remembered in the batch that records it.
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
    { userId, isbn, id: key, position: defined(position), at, note, key },
    deps.progress,
  );
  switch (recorded.kind) {
    case "recorded": {
      if (recorded.applied) return { kind: "applied", outcome: recorded.applied.outcome };
      const outcome = { isbn, version: recorded.entry.version, unchanged: true as const };
      return (await replayOf(edit, deps)) ?? keep(edit, outcome, deps);
    }
    case "implausible":
      return invalid(`body.${recorded.field}`, recorded.message);
    case "full":
      return { kind: "refused", error: deps.progressFull() };
    case "contended":
      return (await replayOf(edit, deps)) ?? contended();
    case "not_on_shelf":
      return refused("NOT_FOUND", "This book is not on the shelf. Send an add for it first.");
    case "id_taken":
      return (
        (await replayOf(edit, deps)) ??
        refused(
          "CONFLICT",
          "The key is the id of progress in another book, or of deleted progress. Repeat the edit with another key.",
        )
      );
  }
}

/**
 * Deletes progress. Does nothing if it is gone. Progress of a book in the trash is deleted too,
 * because it would come back with the book.
 */
export async function deleteProgress(
  edit: ProgressEdit & { id: string },
  deps: ProgressEditDeps,
): Promise<ChangeOutcome> {
  const { userId, isbn, id, key } = edit;
  const removed = await removeProgress({ userId, isbn, id, key }, deps.progress);
  if (removed.kind === "removed" && removed.applied) {
    return { kind: "applied", outcome: removed.applied.outcome };
  }
  const replayed = await replayOf(edit, deps);
  if (replayed) return replayed;
  if (removed.kind === "contended") return contended();
  const found = await deps.progress.progress.find(userId, id);
  if (found && found.entry.isbn === isbn && hasPosition(found.entry)) {
    return { kind: "conflict", isbn, fields: ["id"] };
  }
  return keep(edit, { isbn, unchanged: true }, deps);
}

/** Progress that was deleted by itself has no position; that of a book in the trash keeps it. */
const hasPosition = ({ page, percent, minutes }: ProgressEntry): boolean =>
  page !== undefined || percent !== undefined || minutes !== undefined;

/** Remembers a change that needs no write. */
async function keep(
  { userId, key }: ProgressEdit,
  outcome: AppliedOutcome,
  deps: ProgressEditDeps,
): Promise<ChangeOutcome> {
  await deps.applied.keep(userId, { key, outcome, at: deps.now() });
  return { kind: "applied", outcome };
}
