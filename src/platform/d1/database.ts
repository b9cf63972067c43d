import { DomainError } from "../errors.ts";
import type { Log } from "../log.ts";
import { withTimeout } from "./with-timeout.ts";

/** A healthy D1 responds within a few ms. */
const READ_BUDGET_MS = 2000;
/** Most outages end within seconds; the others need an operator. */
const RETRY_SECONDS = 5;

/** Access to D1 where there is no fallback. */
export interface Database {
  /** Waits at most 2 s. @throws DomainError DATABASE_UNAVAILABLE */
  read<Value>(answer: Promise<Value>): Promise<Value>;
  /** Has no timeout: after giving up, the outcome of the write would be unknown. @throws DomainError DATABASE_UNAVAILABLE */
  write<Value>(answer: Promise<Value>): Promise<Value>;
}

/** @param log receives the error; callers only learn that the database is unavailable */
export function d1Errors(log: Log): Database {
  const unavailable = (error: unknown): DomainError => {
    log.error("d1_failed", { error });
    return new DomainError(
      "DATABASE_UNAVAILABLE",
      "The database is temporarily unavailable. Try again.",
      {
        retryAfterSeconds: RETRY_SECONDS,
        cause: error,
      },
    );
  };
  return {
    async read(answer) {
      const outcome = await withTimeout(READ_BUDGET_MS, answer);
      if (outcome.ok) return outcome.value;
      throw unavailable(outcome.error);
    },
    async write(answer) {
      try {
        return await answer;
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}
