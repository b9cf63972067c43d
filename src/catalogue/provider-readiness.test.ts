import { expect, it } from "vitest";
import type { DeskStatus } from "./domain/desk/ports.ts";
import { checkProvider } from "./provider-readiness.ts";

const NOW = Date.UTC(2026, 0, 1);
const status: DeskStatus = {
  provider: "google-books",
  breaker: "closed",
  queued: { scan: 0, import: 0 },
  inFlight: 0,
};

it.each([
  [status, true, "available"],
  [
    { ...status, denied: { since: NOW - 60_000, status: 403 }, refusesForMs: 20_000 },
    false,
    /refuses this service with 403 since 2025-12-31T23:59:00.000Z .*next attempt at 2026-01-01T00:00:20.000Z/,
  ],
  [{ ...status, breaker: "open" as const, refusesForMs: 2_000 }, false, /is failing; .*00:00:02/],
])("reports %j", (given, ok, detail) => {
  const check = checkProvider(given, NOW);
  expect(check).toEqual({ ok, optional: true, detail: expect.stringMatching(detail) });
});

it("reports a desk that does not answer", () => {
  expect(checkProvider(undefined, NOW)).toMatchObject({ ok: false, optional: true });
});
