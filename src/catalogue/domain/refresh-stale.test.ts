import { expect, test } from "vitest";
import type { DeskStatus } from "./desk/ports.ts";
import { refreshStale, REFRESHES_A_RUN } from "./refresh-stale.ts";

const NOW = 1_800_000_000_000;
const DAY = 86_400_000;
const idle: DeskStatus = {
  provider: "google-books",
  breaker: "closed",
  queued: { scan: 0, import: 0 },
  inFlight: 0,
  quota: { day: "2027-01-15", spent: 499, perDay: 1000 },
};

function world(desks: readonly DeskStatus[]) {
  const asked: string[] = [];
  const spans: { from: number; until: number; limit: number }[] = [];
  const run = () =>
    refreshStale({
      desks: () => Promise.resolve(desks),
      stale: (span) => {
        spans.push(span);
        return Promise.resolve(["a", "b"]);
      },
      refreshBook: (isbn13) => {
        asked.push(isbn13);
        return isbn13 === "b"
          ? Promise.reject(new Error("out of reach"))
          : Promise.resolve({ kind: "unavailable", providers: {}, retryAfterSeconds: 1 });
      },
      now: () => NOW,
      random: () => 0.5,
    });
  return { run, asked, spans };
}

test("a few books from a random instant on are refreshed, and a failed refresh is not counted", async () => {
  const { run, asked, spans } = world([idle]);
  expect(await run()).toBe(1);
  expect(asked).toEqual(["a", "b"]);
  expect(spans).toEqual([{ from: NOW - 45 * DAY, until: NOW, limit: REFRESHES_A_RUN }]);
});

test.each<[string, Partial<DeskStatus>]>([
  ["half of the quota is spent", { quota: { day: "2027-01-15", spent: 500, perDay: 1000 } }],
  ["an import waits", { queued: { scan: 0, import: 1 } }],
  ["the breaker is open", { breaker: "open" }],
])("nothing is refreshed while %s", async (_when, status) => {
  const { run, spans } = world([idle, { ...idle, ...status }]);
  expect(await run()).toBe(0);
  expect(spans).toEqual([]);
});
