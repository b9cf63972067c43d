import { MINUTE_MS, SECOND_MS } from "./time.ts";

/** Duration of a lease after it was acquired or renewed. A holder that has not renewed it by then counts as dead. */
export const LEASE_MS = 15 * SECOND_MS;
/** Renewal interval. Two renewals may fail before the lease expires. */
export const RENEW_MS = 5 * SECOND_MS;
/** Bounds a request that hangs to 15 minutes; uploading 25 MB over a mobile connection takes less. */
export const MAX_RENEWALS = (15 * MINUTE_MS) / RENEW_MS;

export interface LeaseDeps {
  /** Extends the lease to `LEASE_MS` from now. False when another holder has it. Never throws. */
  renew(): Promise<boolean>;
  /** @returns a function that cancels the timer */
  setTimer(delayMs: number, fire: () => void): () => void;
  /** Called once, when another holder has the lease. */
  lost(): void;
}

/**
 * Renews a lease every 5 s until it is stopped, the lease is lost, or 15 minutes have passed.
 * @returns a function that stops the renewal
 */
export function holdLease({ renew, setTimer, lost }: LeaseDeps): () => void {
  let isStopped = false;
  let cancel = (): void => undefined;
  const wait = (renewals: number): void => {
    cancel = setTimer(RENEW_MS, () => void next(renewals));
  };
  const next = async (renewals: number): Promise<void> => {
    const isHeld = await renew();
    if (isStopped) return;
    if (!isHeld) lost();
    else if (renewals < MAX_RENEWALS) wait(renewals + 1);
  };
  wait(1);
  return () => {
    isStopped = true;
    cancel();
  };
}
