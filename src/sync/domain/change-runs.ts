import { outboxChangeSchema, type ChangeBody } from "../../../contract/sync.ts";
import type { AppliedOutcome } from "../../idempotency/domain/applied-change.ts";
import { MAX_CHANGED_ENTRIES, type ReadEntries } from "../../library/domain/changed-entries.ts";
import { DomainError } from "../../platform/errors.ts";
import { changeEntries, type EntryDeps, type EntryEdit } from "./change-entry.ts";
import type { ChangeOutcome } from "./change-result.ts";
import { refusalOfTime, timeOf } from "./edit-times.ts";
import type { OwnVersions } from "./own-versions.ts";

/** A change as sent; only its key has been validated. */
export interface SentChange {
  key: string;
  [member: string]: unknown;
}

/** Dependencies of changes that are applied together. */
export interface RunDeps extends EntryDeps {
  /** Reads several entries at once. */
  entries: ReadEntries;
  /** The id of an entry on a shelf. @throws DomainError INVALID_ISBN */
  entryId(text: string): string;
}

type FieldEdit = EntryEdit & { body: ChangeBody };

/** The leading changes of a list that can be applied together: changes of fields, one per book. */
export function runOf(
  {
    userId,
    changes,
    known,
    own,
  }: {
    userId: string;
    changes: readonly SentChange[];
    known: ReadonlyMap<string, AppliedOutcome>;
    own: OwnVersions;
  },
  deps: RunDeps,
): FieldEdit[] {
  const run: FieldEdit[] = [];
  for (const sent of changes.slice(0, MAX_CHANGED_ENTRIES)) {
    const edit = known.has(sent.key) ? undefined : fieldEditOf(userId, sent, own, deps);
    const isOther = run.every(({ key, isbn }) => key !== edit?.key && isbn !== edit?.isbn);
    if (!edit || !isOther) break;
    run.push(edit);
  }
  return run;
}

/** A valid change of fields; undefined for any other change. */
function fieldEditOf(
  userId: string,
  sent: SentChange,
  own: OwnVersions,
  deps: RunDeps,
): FieldEdit | undefined {
  const { data: change } = outboxChangeSchema.safeParse(sent);
  if (change?.op !== "change" || refusalOfTime(change.at, deps.now())) return undefined;
  if (Object.values(change.body).every((value) => value === undefined)) return undefined;
  try {
    const isbn = deps.entryId(change.isbn);
    const at = timeOf(change.at);
    const isOwn = (version: number): boolean => own.has(isbn, version, at);
    const base = { ifVersion: change.ifVersion, isOwn };
    return { userId, isbn, key: change.key, madeAt: at ?? deps.now(), base, body: change.body };
  } catch {
    return undefined;
  }
}

/**
 * The outcomes of a run; none if the database failed, so that each change reports the failure
 * itself.
 */
export async function appliedTogether(
  run: readonly FieldEdit[],
  deps: RunDeps,
): Promise<ReadonlyMap<string, ChangeOutcome>> {
  try {
    return await changeEntries(run, deps);
  } catch (error) {
    if (error instanceof DomainError) return new Map();
    throw error;
  }
}
