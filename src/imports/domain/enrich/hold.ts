import { holdLease, LEASE_MS, type LeaseDeps } from "../../../platform/lease.ts";

/** A lease on a job. `owner` is unique to the lease; instants are ms since the epoch. */
export interface Lease {
  owner: string;
  now: number;
  until: number;
}

/** Ports of `withLease`. */
export interface LeasedWorkDeps {
  /** Extends the lease until `until`, ms since the epoch. Returns `false` when another owner has it. Never throws. */
  renew(jobId: string, owner: string, until: number): Promise<boolean>;
  setTimer: LeaseDeps["setTimer"];
  now(): number;
}

/** Runs `work` while renewing the lease on its job. If this worker dies, the lease expires after `LEASE_MS`. */
export async function withLease<Result>(
  { jobId, owner }: { jobId: string; owner: string },
  work: () => Promise<Result>,
  deps: LeasedWorkDeps,
): Promise<Result> {
  const stopRenewing = holdLease({
    renew: () => deps.renew(jobId, owner, deps.now() + LEASE_MS),
    setTimer: deps.setTimer,
    // Nothing to do: storage ignores writes under a lost lease.
    lost: () => undefined,
  });
  try {
    return await work();
  } finally {
    stopRenewing();
  }
}
