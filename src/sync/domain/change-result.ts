import type { LibraryBook } from "../../../contract/library.ts";
import type { AppliedOutcome } from "../../idempotency/domain/applied-change.ts";
import { DomainError } from "../../platform/errors.ts";

/** The thing of a conflict, as it is now. */
export interface Conflict {
  kind: "conflict";
  isbn?: string;
  /** Absent when the book was removed. */
  current?: { book: LibraryBook; version: number };
  /** The goal of a conflict about one; without numbers when it was removed. */
  goal?: { books?: number; pages?: number; minutes?: number; version: number };
  /** The setting of a conflict about one. */
  setting?: { name: string; value: string; version: number };
  /** The fields of the change that someone else has changed. */
  fields: string[];
}

/** What became of one change. */
export type ChangeOutcome =
  | { kind: "applied"; outcome: AppliedOutcome }
  | { kind: "replayed"; outcome: AppliedOutcome }
  | Conflict
  /** `isTransient`: sent again, it may be applied, although its code means that it may not. */
  | { kind: "refused"; error: DomainError; isTransient?: true };

export function refused(
  code: DomainError["code"],
  message: string,
  options: ConstructorParameters<typeof DomainError>[2] = {},
): Extract<ChangeOutcome, { kind: "refused" }> {
  return { kind: "refused", error: new DomainError(code, message, options) };
}

/** A change with one wrong member. */
export function invalid(
  path: string,
  message: string,
): Extract<ChangeOutcome, { kind: "refused" }> {
  const issues = [{ path, message }];
  return refused("INVALID_REQUEST", `${path}: ${message}`, { details: { issues } });
}

/** A change that loses to concurrent writers, and may be sent again. */
export function contended(): Extract<ChangeOutcome, { kind: "refused" }> {
  const text = "Too many concurrent requests are changing the same thing. Send the change again.";
  return { ...refused("CONFLICT", text), isTransient: true };
}
