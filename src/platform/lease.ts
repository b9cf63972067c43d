/** A lease lasts this long from when it was taken or renewed; whoever has not renewed it by then is dead. */
export const LEASE_MS = 15_000;
/** Two renewals may fail before a lease ends. */
export const RENEW_MS = 5_000;
/** A request that hangs does not hold its key for ever; 25 MB over a phone's line take less. */
export const MAX_RENEWALS = (15 * 60_000) / RENEW_MS;

export interface LeaseDeps {
  /** Prolongs the lease by `LEASE_MS` from now. False: it is another's. Never throws. */
  renew(): Promise<boolean>;
  /** @returns takes the timer back */
  setTimer(delayMs: number, fire: () => void): () => void;
  /** Told once, when another has taken over. */
  lost(): void;
}

/**
 * Renews a lease every 5 s, until it is told to stop, the lease is lost, or 15 minutes are over.
 * @returns stops it
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
