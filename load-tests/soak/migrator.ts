import { at } from "../checks.ts";
import { pause, type Traffic } from "./traffic.ts";

const POLL_MS = 500;
/** A run over some thousand keys takes seconds, and resumes automatically after a kill. */
const PATIENCE_MS = 240_000;
/** A run starts this long before a kill, so that the kill interrupts it. */
export const BEFORE_KILL_MS = 1500;

/** Expected counts of the seeded KV values. */
export interface OldValues {
  readonly listed: number;
  /** Keys that no run can migrate. */
  readonly failed: number;
}

/**
 * Runs the migration from KV to D1 repeatedly, and validates it at the end.
 * @param moments start time of each run, in ms since the epoch
 */
export async function migrate(
  traffic: Traffic,
  adminToken: string,
  moments: readonly number[],
  old: OldValues,
): Promise<void> {
  const { caller, checks, signal } = traffic;
  const headers = { Authorization: `Bearer ${adminToken}` };
  const post = (path: string) =>
    // A retried start returns 409 if the response of the first one was lost and the run is active.
    caller.insist(`/admin/${path}`, { method: "POST", headers }, [202, 409]);
  const ended = async (path: string): Promise<unknown> => {
    const until = Date.now() + PATIENCE_MS;
    let status: unknown;
    do {
      await pause(POLL_MS, signal);
      status = (await caller.ask(`/admin/${path}`, { headers }, [200]))?.body;
    } while ((at(status, "status") ?? "running") === "running" && Date.now() < until);
    return status;
  };

  for (const moment of moments) {
    await pause(Math.max(0, moment - Date.now()), signal);
    if (traffic.isOver()) break;
    await post("migrate-kv-to-d1");
    const run = await ended("migration-status");
    if (signal.aborted) return;
    const counts = ["migrated", "unchanged", "skipped", "failed"].map((name) => at(run, name));
    const sum = counts.reduce((total: number, count) => total + Number(count), 0);
    checks.note("a migration completes", at(run, "status") === "completed");
    checks.note("its counts add up", sum >= old.listed && sum === at(run, "listed"));
    checks.note("only unreadable values fail", at(run, "failed") === old.failed);
  }
  if (signal.aborted) return;
  await post("validate-migration");
  const validation = await ended("validation-status");
  if (signal.aborted) return;
  const isValid = at(validation, "valid") === true && at(validation, "different") === 0;
  checks.note("the validation finds no differences", isValid);
}
