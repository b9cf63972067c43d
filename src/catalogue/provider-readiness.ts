import type { ReadinessCheck } from "../../contract/operations.ts";
import { withTimeout } from "../platform/d1/with-timeout.ts";
import { isoTime } from "../platform/time.ts";
import type { DeskStatus } from "./domain/desk/ports.ts";

/** Less than the budget of the whole check, so that a slow desk is reported as such. */
const STATUS_BUDGET_MS = 800;

/**
 * Reports a provider that refuses this service, or is down. The service is ready without it: stored books are served.
 * @param status reads the desk's status; `now` is in ms
 */
export async function checkProvider(
  status: () => Promise<DeskStatus>,
  now: number,
): Promise<ReadinessCheck> {
  const read = await withTimeout(STATUS_BUDGET_MS, status());
  if (!read.ok) return { ok: false, detail: "its desk does not answer", optional: true };
  const { denied, refusesForMs = 0, breaker } = read.value;
  const until = isoTime(now + refusesForMs);
  if (denied !== undefined) {
    const answer = denied.status === undefined ? "" : ` with ${denied.status}`;
    const detail = `refuses this service${answer} since ${isoTime(denied.since)} (a bad or spent key, or a blocked address); it is asked again at ${until}`;
    return { ok: false, detail, optional: true };
  }
  if (breaker === "open") {
    return { ok: false, detail: `fails; it is asked again at ${until}`, optional: true };
  }
  return { ok: true, detail: "is asked", optional: true };
}
