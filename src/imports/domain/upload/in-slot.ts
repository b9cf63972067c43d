import { DomainError } from "../../../platform/errors.ts";
import { holdLease, type LeaseDeps } from "../../../platform/lease.ts";
import { MAX_UPLOADS } from "./slots.ts";

/** Stores the file of a form in pieces until its options have arrived. */
export interface FileStage {
  /** Stores a piece. @param index from 0 */
  add(index: number, piece: Uint8Array): Promise<void>;
  /** Returns a piece, once. Undefined when it was lost. */
  take(index: number): Promise<Uint8Array | undefined>;
}

/** One upload of an account, counted by the account's Durable Object. Every call may throw. */
export interface UploadSlot {
  /** Takes or renews the slot. False when other uploads of the account occupy all slots. */
  take(): Promise<boolean>;
  end(): Promise<void>;
  stage: FileStage;
}

export interface InSlotDeps {
  setTimer: LeaseDeps["setTimer"];
  /** Keeps the worker alive until the work has ended, even if the client disconnects. */
  defer(work: Promise<unknown>): void;
  /** Called when the slots are unavailable: the upload then proceeds without one. */
  failed(error: unknown): void;
}

const RETRY_SECONDS = 10;

/**
 * Receives an upload in one of the account's slots.
 * @throws DomainError RATE_LIMIT_EXCEEDED when the account is sending too many, and whatever
 * `receive` throws
 */
export async function inSlot<Result>(
  slot: UploadSlot,
  receive: (stage: FileStage) => Promise<Result>,
  { setTimer, defer, failed }: InSlotDeps,
): Promise<Result> {
  const take = async (): Promise<boolean> => {
    try {
      return await slot.take();
    } catch (error) {
      failed(error);
      return true;
    }
  };
  if (!(await take())) {
    throw new DomainError(
      "RATE_LIMIT_EXCEEDED",
      `An account may send at most ${MAX_UPLOADS} files at a time. Send this one after another upload has finished.`,
      { retryAfterSeconds: RETRY_SECONDS },
    );
  }
  const work = (async () => {
    const stopRenewing = holdLease({ renew: take, setTimer, lost: () => undefined });
    try {
      return await receive(slot.stage);
    } finally {
      stopRenewing();
      defer(slot.end().catch(failed));
    }
  })();
  defer(work.catch(() => undefined));
  return work;
}
