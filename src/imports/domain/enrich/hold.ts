import { holdLease, LEASE_MS, type LeaseDeps } from "../../../platform/lease.ts";

/** A hold on rows of a job. `owner` is unique to it; instants are ms since the epoch. */
export interface Lease {
  owner: string;
  now: number;
  until: number;
}

/** What holding rows of a job needs of the world. */
export interface HoldDeps {
  /** Prolongs a hold until then, ms since the epoch. False: it is another's. Never throws. */
  renew(jobId: string, owner: string, until: number): Promise<boolean>;
  setTimer: LeaseDeps["setTimer"];
  now(): number;
}

/**
 * Does some work on rows that are held, and holds them for as long as it takes: whoever dies over it is noticed within
 * `LEASE_MS`.
 */
export async function holding<Result>(
  { jobId, owner }: { jobId: string; owner: string },
  work: () => Promise<Result>,
  deps: HoldDeps,
): Promise<Result> {
  const letGo = holdLease({
    renew: () => deps.renew(jobId, owner, deps.now() + LEASE_MS),
    setTimer: deps.setTimer,
    // What is written of rows that are another's by then is nothing.
    lost: () => undefined,
  });
  try {
    return await work();
  } finally {
    letGo();
  }
}
