/**
 * Creates the account of a device that has edits but no account, as soon as the service can be
 * reached.
 */
import { effect, signal, type ReadonlySignal } from "@preact/signals";
import { pauseMs } from "../../../client/src/backoff.ts";
import { BooksTrackError, ConnectionError } from "../../../client/src/index.ts";
import type { Session } from "./session.ts";

/** Delays after failures, in ms. */
const RETRIES = { baseMs: 2000, capMs: 5 * 60_000 };

export interface AccountMakerDeps {
  session: Pick<Session, "account" | "ensureAccount">;
  online: ReadonlySignal<boolean>;
  /** Whether anything needs an account. */
  wanted: ReadonlySignal<boolean>;
  /** Calls `work` later; `setTimeout` by default. */
  later?: (work: () => void, ms: number) => void;
}

export interface AccountMaker {
  /** Why the account could not be created so far, unless only the connection is missing. */
  readonly failure: ReadonlySignal<unknown>;
  /** Tries now, unless an attempt is running. */
  attempt(): Promise<void>;
}

/** Tries whenever an account is needed and there is a connection, and again after failures. */
export function createAccountMaker({
  session,
  online,
  wanted,
  later = (work, ms) => void setTimeout(work, ms),
}: AccountMakerDeps): AccountMaker {
  const failure = signal<unknown>(undefined);
  let failures = 0;
  let trying: Promise<void> | undefined;

  const isDue = (): boolean =>
    wanted.peek() && online.peek() && session.account.peek() === undefined;

  const attempt = (): Promise<void> => {
    if (isDue()) trying ??= once().finally(() => (trying = undefined));
    return trying ?? Promise.resolve();
  };

  const once = async (): Promise<void> => {
    try {
      await session.ensureAccount();
      failure.value = undefined;
      failures = 0;
    } catch (error) {
      failure.value = error instanceof ConnectionError ? undefined : error;
      failures += 1;
      const askedMs = error instanceof BooksTrackError ? (error.retryAfterMs ?? 0) : 0;
      later(() => void attempt(), pauseMs(failures, RETRIES, Math.random, askedMs));
    }
  };

  effect(() => {
    if (wanted.value && online.value && session.account.value === undefined) void attempt();
  });
  return { failure, attempt };
}
