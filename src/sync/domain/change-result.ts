import type { LibraryBook } from "../../../contract/library.ts";
import type { AppliedOutcome } from "../../idempotency/domain/applied-change.ts";
import { DomainError } from "../../platform/errors.ts";

/** The current state of the item that a conflict is about. */
export interface Conflict {
  kind: "conflict";
  isbn?: string;
  /** Absent when the book was removed. */
  current?: { book: LibraryBook; version: number };
  /** Set for a conflict about a goal; without numbers when it was removed. */
  goal?: { books?: number; pages?: number; minutes?: number; version: number };
  /** Set for a conflict about a setting. */
  setting?: { name: string; value: string; version: number };
  /** The fields of the change that someone else has changed. */
  fields: string[];
}

/** The outcome of one change. */
export type ChangeOutcome =
  | { kind: "applied"; outcome: AppliedOutcome }
  | { kind: "replayed"; outcome: AppliedOutcome }
  | Conflict
  /** `isTransient`: a retry may succeed, although the code is not retryable. */
  | { kind: "refused"; error: DomainError; isTransient?: true };

export function refused(
  code: DomainError["code"],
  message: string,
  options: ConstructorParameters<typeof DomainError>[2] = {},
): Extract<ChangeOutcome, { kind: "refused" }> {
  return { kind: "refused", error: new DomainError(code, message, options) };
}

/** The refusal of a change with one invalid member. */
export function invalid(
  path: string,
  message: string,
): Extract<ChangeOutcome, { kind: "refused" }> {
  const issues = [{ path, message }];
  return refused("INVALID_REQUEST", `${path}: ${message}`, { details: { issues } });
}

/** The refusal of a change that lost to concurrent writers; it may be retried. */
export function contended(): Extract<ChangeOutcome, { kind: "refused" }> {
  const text = "Too many concurrent requests are changing the same item. Send the change again.";
  return { ...refused("CONFLICT", text), isTransient: true };
}
