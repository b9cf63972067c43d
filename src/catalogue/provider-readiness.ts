import type { ReadinessCheck } from "../../contract/operations.ts";
import { isoTime } from "../platform/time.ts";
import type { DeskStatus } from "./domain/desk/ports.ts";

/**
 * Reports a provider that refuses this service or is down. The service is ready without it, because
 * stored books are served.
 * @param status the status of its desk; undefined if the desk does not answer. `now` is in ms
 */
export function checkProvider(status: DeskStatus | undefined, now: number): ReadinessCheck {
  if (status === undefined) {
    return { ok: false, detail: "its gateway does not answer", optional: true };
  }
  const { denied, refusesForMs = 0, breaker } = status;
  const until = isoTime(now + refusesForMs);
  if (denied !== undefined) {
    const answer = denied.status === undefined ? "" : ` with ${denied.status}`;
    const detail = `refuses this service${answer} since ${isoTime(denied.since)} (an invalid or exhausted key, or a blocked address); next attempt at ${until}`;
    return { ok: false, detail, optional: true };
  }
  if (breaker === "open") {
    return { ok: false, detail: `is failing; next attempt at ${until}`, optional: true };
  }
  return { ok: true, detail: "available", optional: true };
}
