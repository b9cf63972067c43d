import { DomainError } from "../errors.ts";
import type { Log } from "../log.ts";
import { withTimeout } from "./with-timeout.ts";

/** D1 answers in a few ms or is in trouble. */
const READ_BUDGET_MS = 2000;
/** Trouble passes within seconds, or an operator is on the way. */
const RETRY_SECONDS = 5;

/** Asks D1 where nothing else can answer in its place. */
export interface Database {
  /** Waits at most 2 s. @throws DomainError DATABASE_UNAVAILABLE */
  read<Value>(answer: Promise<Value>): Promise<Value>;
  /** Waits for as long as D1 takes: giving up would leave open what was written. @throws DomainError DATABASE_UNAVAILABLE */
  write<Value>(answer: Promise<Value>): Promise<Value>;
}

/** @param log is told what was wrong; callers only learn that the database is away. */
export function d1Errors(log: Log): Database {
  const away = (error: unknown): DomainError => {
    log.error("d1_failed", { error });
    return new DomainError(
      "DATABASE_UNAVAILABLE",
      "The database cannot be reached now. Try again.",
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
      throw away(outcome.error);
    },
    async write(answer) {
      try {
        return await answer;
      } catch (error) {
        throw away(error);
      }
    },
  };
}
