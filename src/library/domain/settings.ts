import type { AppliedChange } from "../../idempotency/domain/applied-change.ts";

/** The settings of an account. `version` is 0 while no setting was written. */
export interface AccountSettings {
  /** Milliseconds since the epoch. */
  createdAt: number;
  timeZone: string;
  version: number;
}

/** Settings of users. Every call may throw DomainError DATABASE_UNAVAILABLE. */
export interface Settings {
  /** Undefined when the account is gone. */
  find(userId: string): Promise<AccountSettings | undefined>;
  /**
   * Writes the time zone if the version of the settings is still `before`. Returns whether it was.
   * @param applied the change of an outbox that this applies; nothing is written if it was applied before
   */
  setTimeZone(
    userId: string,
    timeZone: string,
    before: number,
    applied?: AppliedChange,
  ): Promise<boolean>;
}
