import { DAY_MS } from "../../platform/time.ts";

/** The entry, goal, progress or setting that a change of an outbox was applied to. */
export interface AppliedOutcome {
  isbn?: string;
  /** The version after the change. */
  version?: number;
  /** The change wrote nothing: `version` is that of an earlier write. */
  unchanged?: true;
}

/** A change of an outbox, remembered in the batch of the write that applies it. */
export interface AppliedChange {
  /** Made by the client; unique per user. */
  key: string;
  outcome: AppliedOutcome;
  /** Ms since the epoch. */
  at: number;
}

/** The age of the oldest edit that is accepted. */
export const MAX_EDIT_AGE_MS = 180 * DAY_MS;

/** How far the clock of a device may be ahead. */
export const MAX_EDIT_AHEAD_MS = DAY_MS;

/**
 * Retention of keys. Long enough that the key of an accepted edit cannot have been deleted, however
 * far ahead the device's clock is.
 */
export const KEY_RETENTION_MS = MAX_EDIT_AGE_MS + 2 * MAX_EDIT_AHEAD_MS;

/** Keys of applied changes. Each call may throw DomainError DATABASE_UNAVAILABLE. */
export interface AppliedChanges {
  /** The outcomes of the keys that were applied. */
  find(userId: string, keys: readonly string[]): Promise<Map<string, AppliedOutcome>>;
  /** Remembers a change that needs no write. */
  keep(userId: string, change: AppliedChange): Promise<void>;
}
